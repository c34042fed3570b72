package policy

import (
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/previewset/previewset/kustomize/object"
)

// addsOnlyUsual reports whether a container adds no capabilities but those that it
// has without asking.
func addsOnlyUsual(capabilities *yaml.Node) bool {
	return isMapping(capabilities) && isEach(object.At(capabilities, "add"), func(c *yaml.Node) bool {
		return isOneOf(c, "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD",
			"NET_BIND_SERVICE", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT")
	})
}

// isProfile reports whether a seccomp or AppArmor profile confines the container.
func isProfile(profile *yaml.Node) bool {
	return isMapping(profile) && isOneOf(object.At(profile, "type"), "RuntimeDefault", "Localhost")
}

// isUsualSELinux reports whether options choose neither user nor role, and a type of
// containers.
func isUsualSELinux(options *yaml.Node) bool {
	return isMapping(options) && isOneOf(object.At(options, "user"), "") && isOneOf(object.At(options, "role"), "") &&
		isOneOf(object.At(options, "type"), "", "container_t", "container_init_t", "container_kvm_t", "container_engine_t")
}

// isSafeSysctl reports whether a kernel parameter is known to stay in the pod.
func isSafeSysctl(sysctl *yaml.Node) bool {
	name := object.At(sysctl, "name")
	return !isNull(name) && isOneOf(name, "kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range",
		"net.ipv4.ip_local_reserved_ports", "net.ipv4.ip_unprivileged_port_start", "net.ipv4.ping_group_range",
		"net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes",
		"net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_syncookies")
}

// isOrdinary reports whether a priority class is not one of Kubernetes' own,
// whose names begin with "system-".
func isOrdinary(class *yaml.Node) bool {
	return isNull(class) || class.Kind == yaml.ScalarNode && !strings.HasPrefix(class.Value, "system-")
}

// isOrdinaryProbe reports whether a probe calls the container's own pod.
func isOrdinaryProbe(call *yaml.Node) bool {
	return isMapping(call) && isOneOf(object.At(call, "host"), "")
}

// areSafeSysctls reports whether all kernel parameters are known to stay in the pod.
func areSafeSysctls(list *yaml.Node) bool { return isEach(list, isSafeSysctl) }

// isText returns a function that reports whether a value is null or one of texts.
func isText(texts ...string) func(*yaml.Node) bool {
	return func(n *yaml.Node) bool { return isOneOf(n, texts...) }
}
