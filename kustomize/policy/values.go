package policy

import (
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/previewset/previewset/kustomize/object"
)

// addsOnlyDefaultCapabilities reports whether a container adds only capabilities that
// it has by default.
func addsOnlyDefaultCapabilities(capabilities *yaml.Node) bool {
	return isMapping(capabilities) && isListOf(object.At(capabilities, "add"), func(c *yaml.Node) bool {
		return isOneOf(c, "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD",
			"NET_BIND_SERVICE", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT")
	})
}

// isProfile reports whether a seccomp or AppArmor profile confines the container.
func isProfile(profile *yaml.Node) bool {
	return isMapping(profile) && isOneOf(object.At(profile, "type"), "RuntimeDefault", "Localhost")
}

// isContainerSELinux reports whether options set no user and no role, and only a type
// for containers.
func isContainerSELinux(options *yaml.Node) bool {
	return isMapping(options) && isOneOf(object.At(options, "user"), "") && isOneOf(object.At(options, "role"), "") &&
		isOneOf(object.At(options, "type"), "", "container_t", "container_init_t", "container_kvm_t", "container_engine_t")
}

// isSafeSysctl reports whether a kernel parameter is known to affect only the pod.
func isSafeSysctl(sysctl *yaml.Node) bool {
	name := object.At(sysctl, "name")
	return !isNull(name) && isOneOf(name, "kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range",
		"net.ipv4.ip_local_reserved_ports", "net.ipv4.ip_unprivileged_port_start", "net.ipv4.ping_group_range",
		"net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes",
		"net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_syncookies")
}

// isNonSystemPriority reports whether the name of a priority class does not begin with
// "system-", as the names of Kubernetes' own classes do.
func isNonSystemPriority(class *yaml.Node) bool {
	return isNull(class) || class.Kind == yaml.ScalarNode && !strings.HasPrefix(class.Value, "system-")
}

// isOwnPodProbe reports whether a probe connects to the container's own pod.
func isOwnPodProbe(call *yaml.Node) bool {
	return isMapping(call) && isOneOf(object.At(call, "host"), "")
}

// areSafeSysctls reports whether all kernel parameters are known to affect only the
// pod.
func areSafeSysctls(list *yaml.Node) bool { return isListOf(list, isSafeSysctl) }

// isText returns a function that reports whether a value is null or one of texts.
func isText(texts ...string) func(*yaml.Node) bool {
	return func(n *yaml.Node) bool { return isOneOf(n, texts...) }
}
