package policy

// The words of overlay.allow. Mandatory rules have no word: Secrets, cluster-wide
// kinds, other namespaces and objects that can't be checked are never allowed.
const (
	allowAppArmor       = "apparmor"
	allowCapabilities   = "capabilities"
	allowClusterRole    = "cluster-role"
	allowDaemonSet      = "daemon-set"
	allowDeployer       = "deployer"
	allowEndpoints      = "endpoints"
	allowExternalIP     = "external-ip"
	allowExternalName   = "external-name"
	allowForeignSubject = "foreign-subject"
	allowHostIPC        = "host-ipc"
	allowHostNetwork    = "host-network"
	allowHostPath       = "host-path"
	allowHostPID        = "host-pid"
	allowHostPort       = "host-port"
	allowHostProcess    = "host-process"
	allowLoadBalancer   = "load-balancer"
	allowNodeName       = "node-name"
	allowNodePort       = "node-port"
	allowOtherHost      = "other-host"
	allowPodSecurity    = "pod-security"
	allowPrivileged     = "privileged"
	allowProbeHost      = "probe-host"
	allowProcMount      = "proc-mount"
	allowReferenceGrant = "reference-grant"
	allowRole           = "role"
	allowSeccomp        = "seccomp"
	allowSELinux        = "selinux"
	allowServiceAccount = "service-account"
	allowSnippet        = "snippet"
	allowSysctl         = "sysctl"
	allowSystemPriority = "system-priority"
	allowVolumeName     = "volume-name"
)

// Allowable returns the words that overlay.allow and Scope.Allow can have, sorted.
func Allowable() []string {
	return []string{
		allowAppArmor, allowCapabilities, allowClusterRole, allowDaemonSet, allowDeployer, allowEndpoints,
		allowExternalIP, allowExternalName, allowForeignSubject, allowHostIPC, allowHostNetwork, allowHostPath,
		allowHostPID, allowHostPort, allowHostProcess, allowLoadBalancer, allowNodeName, allowNodePort,
		allowOtherHost, allowPodSecurity, allowPrivileged, allowProbeHost, allowProcMount, allowReferenceGrant,
		allowRole, allowSeccomp, allowSELinux, allowServiceAccount, allowSnippet, allowSysctl,
		allowSystemPriority, allowVolumeName,
	}
}
