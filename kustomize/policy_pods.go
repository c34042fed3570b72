package kustomize

import (
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// forbiddenField returns the word and the reason for which a field is refused,
// or "". It asks of pods what the baseline profile of Kubernetes' Pod Security
// Standards does, as of version 1.34
// (https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline,
// k8s.io/pod-security-admission/policy), and a little more.
func forbiddenField(key string, value *yaml.Node) (word, why string) {
	if word, why := forbiddenOfHost(key, value); word != "" {
		return word, why
	}
	return forbiddenOfContainer(key, value)
}

// forbiddenOfHost knows the fields by which a pod takes part of its node.
func forbiddenOfHost(key string, value *yaml.Node) (word, why string) {
	switch key {
	case "hostNetwork":
		return unless(isFalse(value), allowHostNetwork, "it would be in the node's network")
	case "hostPID":
		return unless(isFalse(value), allowHostPID, "it would see the node's processes")
	case "hostIPC":
		return unless(isFalse(value), allowHostIPC, "it would share memory with the node's processes")
	case "hostProcess":
		return unless(isFalse(value), allowHostProcess, "it would run on the node itself")
	case "hostPath":
		return unless(isNull(value), allowHostPath, "it would have files of the node")
	case "hostPort":
		return unless(isOneOf(value, "0"), allowHostPort, "it would take a port of the node")
	case "nodeName":
		return unless(isOneOf(value, ""), allowNodeName, "it would choose its node, past the scheduler")
	case "priorityClassName":
		return unless(isOrdinary(value), allowSystemPriority, "it could push out the pods of others, as the cluster's own can")
	case "volumeName":
		return unless(isOneOf(value, ""), allowVolumeName, "it would bind a volume that exists, with what others left there")
	}
	return "", ""
}

// forbiddenOfContainer knows the fields that weaken what holds a container.
func forbiddenOfContainer(key string, value *yaml.Node) (word, why string) {
	switch key {
	case "privileged":
		return unless(isFalse(value), allowPrivileged, "it would have every right on the node")
	case "capabilities":
		return unless(addsOnlyUsual(value), allowCapabilities, "it would add capabilities that containers don't have by themselves")
	case "seccompProfile":
		return unless(isProfile(value), allowSeccomp, "it would not be held to a seccomp profile")
	case "appArmorProfile":
		return unless(isProfile(value), allowAppArmor, "it would not be held to an AppArmor profile")
	case "seLinuxOptions":
		return unless(isUsualSELinux(value), allowSELinux, "it would choose its SELinux user, role or type")
	case "procMount":
		return unless(isOneOf(value, "", "Default"), allowProcMount, "it would see all of /proc")
	case "sysctls":
		return unless(isEach(value, isSafeSysctl), allowSysctl, "it would set kernel parameters that are not known to stay in the pod")
	case "httpGet", "tcpSocket":
		return unless(isMapping(value) && isOneOf(node(value, "host"), ""), allowProbeHost, "the node would call any host for it")
	}
	return "", ""
}

func unless(harmless bool, word, why string) (string, string) {
	if harmless {
		return "", ""
	}
	return word, why
}

func addsOnlyUsual(capabilities *yaml.Node) bool {
	return isMapping(capabilities) && isEach(node(capabilities, "add"), func(c *yaml.Node) bool {
		return isOneOf(c, "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD",
			"NET_BIND_SERVICE", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT")
	})
}

// isProfile reports whether a seccomp or AppArmor profile is one.
func isProfile(profile *yaml.Node) bool {
	return isMapping(profile) && isOneOf(node(profile, "type"), "RuntimeDefault", "Localhost")
}

func isUsualSELinux(options *yaml.Node) bool {
	return isMapping(options) && isOneOf(node(options, "user"), "") && isOneOf(node(options, "role"), "") &&
		isOneOf(node(options, "type"), "", "container_t", "container_init_t", "container_kvm_t", "container_engine_t")
}

func isSafeSysctl(sysctl *yaml.Node) bool {
	name := node(sysctl, "name")
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

// takenHosts are annotations that make an object answer for more hosts, past
// those that the overlay sets: ingress-nginx and external-dns.
var takenHosts = []string{
	"nginx.ingress.kubernetes.io/server-alias",
	"external-dns.alpha.kubernetes.io/hostname",
	"external-dns.alpha.kubernetes.io/internal-hostname",
}

// forbiddenAnnotation returns the word and the reason for which an annotation
// is refused, or "".
func forbiddenAnnotation(key string, value *yaml.Node) (word, why string) {
	switch {
	case strings.HasPrefix(key, "container.apparmor.security.beta.kubernetes.io/"):
		harmless := isOneOf(value, "runtime/default") || strings.HasPrefix(scalar(value), "localhost/")
		return unless(harmless, allowAppArmor, "it would not be held to an AppArmor profile")
	case strings.HasSuffix(key, "-snippet"), strings.HasSuffix(key, "-snippets"):
		// CVE-2021-25742: such text reads the controller's own credentials.
		return allowSnippet, "it would write into the configuration of the ingress controller, which all share"
	case slices.Contains(takenHosts, key):
		return allowOtherHost, "it could take hosts of others"
	}
	return "", ""
}
