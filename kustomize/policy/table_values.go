package policy

import (
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/previewset/previewset/kustomize/object"
)

// onlyFalse is the value false.
var onlyFalse = anyOf("`false`", isFalse)

// emptyList is the list without items.
var emptyList = anyOf("an empty list", func(n *yaml.Node) bool { return isListOf(n, isNull) })

// defaultCapabilities add only capabilities that a container has by default.
var defaultCapabilities = anyOf("`drop`, and `add` with capabilities that containers have by default", func(capabilities *yaml.Node) bool {
	return isMapping(capabilities) && isListOf(object.At(capabilities, "add"), func(c *yaml.Node) bool {
		return !isNull(c) && isOneOf(c, "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD",
			"NET_BIND_SERVICE", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT")
	})
})

// profiles are seccomp and AppArmor profiles that confine the container. A profile without a
// type does not: the type has no default.
var profiles = anyOf("the types `RuntimeDefault` and `Localhost`", func(profile *yaml.Node) bool {
	kind := object.At(profile, "type")
	return !isNull(kind) && isOneOf(kind, "RuntimeDefault", "Localhost")
})

// appArmorAnnotation has the same values for the annotation that is older than the field.
var appArmorAnnotation = anyOf("`runtime/default`, `localhost/…`", func(value *yaml.Node) bool {
	return isOneOf(value, "", "runtime/default") || strings.HasPrefix(object.Scalar(value), "localhost/")
})

// maskedProc is the procMount that hides parts of /proc. An empty text is not the same.
var maskedProc = anyOf("`Default`, and every value in a pod with `hostUsers: false`", func(value *yaml.Node) bool {
	return object.Scalar(value) == "Default"
})

// containerSELinux are options that set no user and no role, and only a type for containers.
var containerSELinux = anyOf("no `user` and no `role`, and the `type` of a container", func(options *yaml.Node) bool {
	return isMapping(options) && isOneOf(object.At(options, "user"), "") && isOneOf(object.At(options, "role"), "") &&
		isOneOf(object.At(options, "type"), "", "container_t", "container_init_t", "container_kvm_t", "container_engine_t")
})

// safeSysctls are kernel parameters that affect only the pod.
var safeSysctls = anyOf("the safe set of the baseline", func(list *yaml.Node) bool {
	return isListOf(list, func(sysctl *yaml.Node) bool {
		name := object.At(sysctl, "name")
		return !isNull(name) && isOneOf(name, "kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range",
			"net.ipv4.ip_local_reserved_ports", "net.ipv4.ip_unprivileged_port_start", "net.ipv4.ping_group_range",
			"net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes",
			"net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_rmem", "net.ipv4.tcp_syncookies", "net.ipv4.tcp_wmem")
	})
})

// nonSystemPriority are priority classes whose names do not begin with "system-", as the names
// of Kubernetes' own classes do.
var nonSystemPriority = anyOf("names that do not begin with `system-`", func(class *yaml.Node) bool {
	return isNull(class) || class.Kind == yaml.ScalarNode && !strings.HasPrefix(class.Value, "system-")
})

// ownPodProbe are probes of the container's own pod.
var ownPodProbe = anyOf("no `host`", func(call *yaml.Node) bool {
	return isMapping(call) && isOneOf(object.At(call, "host"), "")
})
