package policy

import "slices"

// The words of overlay.allow. Mandatory rules have no word: Secrets, cluster-wide
// kinds, other namespaces and objects that can't be checked are never allowed.
const (
	allowAnnotation     = "annotation"
	allowAppArmor       = "apparmor"
	allowCapabilities   = "capabilities"
	allowCloudResource  = "cloud-resource"
	allowClusterRole    = "cluster-role"
	allowControlPlane   = "control-plane"
	allowCredentials    = "credentials"
	allowDaemonSet      = "daemon-set"
	allowDeletion       = "deletion"
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
	allowNetworkVolume  = "network-volume"
	allowNodeName       = "node-name"
	allowNodePort       = "node-port"
	allowOtherHost      = "other-host"
	allowOtherNamespace = "other-namespace"
	allowPodNetwork     = "pod-network"
	allowPodSecurity    = "pod-security"
	allowPodText        = "pod-text"
	allowPriority       = "priority"
	allowPrivileged     = "privileged"
	allowProbeHost      = "probe-host"
	allowProcMount      = "proc-mount"
	allowProxyTarget    = "proxy-target"
	allowReferenceGrant = "reference-grant"
	allowRole           = "role"
	allowScheduling     = "scheduling"
	allowScrape         = "scrape"
	allowSeccomp        = "seccomp"
	allowSELinux        = "selinux"
	allowServiceAccount = "service-account"
	allowSnippet        = "snippet"
	allowStorageClass   = "storage-class"
	allowSysctl         = "sysctl"
	allowSystemPriority = "system-priority"
	allowVolumeName     = "volume-name"
)

// Word is a word of overlay.allow.
type Word struct {
	Name string
	// Allows completes the sentence "It allows …".
	Allows string
}

// words has all words, sorted.
var words = []Word{
	{allowAnnotation, "annotations and labels on which a controller of the cluster could act, in a base that strangers write"},
	{allowAppArmor, "containers without an AppArmor profile"},
	{allowCapabilities, "capabilities that containers don't have by default"},
	{allowCloudResource, "objects whose controllers create or change resources outside of the cluster, with credentials of their own"},
	{allowClusterRole, "bindings to ClusterRoles, whose rules are not part of the overlay: `admin` allows everything that is refused here"},
	{allowControlPlane, "pods on the nodes of the control plane"},
	{allowCredentials, "credentials that are not those of the preview"},
	{allowDaemonSet, "a pod of each preview on every node"},
	{allowDeletion, "objects that can delay or prevent the removal of the preview"},
	{allowDeployer, "kinds whose controllers apply other objects, in any namespace, with rights of their own"},
	{allowEndpoints, "Services that send traffic to any address"},
	{allowExternalIP, "Services that take the traffic of any address"},
	{allowExternalName, "Services that lead to another name: with an Ingress, they expose other namespaces"},
	{allowForeignSubject, "rights in the preview for users, groups, and ServiceAccounts of other namespaces"},
	{allowHostIPC, "memory that pods share with processes of the node"},
	{allowHostNetwork, "pods in the network of their node, with its local services"},
	{allowHostPath, "files of the node"},
	{allowHostPID, "the processes of the node"},
	{allowHostPort, "ports of nodes, which two previews could need at once"},
	{allowHostProcess, "Windows containers that run on the node itself"},
	{allowLoadBalancer, "load balancers and open ports: each preview has, and pays for, an address of its own"},
	{allowNetworkVolume, "volumes that a pod mounts from an address or a disk that it names"},
	{allowNodeName, "pods that choose their node and bypass the scheduler"},
	{allowNodePort, "ports of all nodes, whose range could run out"},
	{allowOtherHost, "hosts of other previews and of production, patterns of hosts, and routes that take a port"},
	{allowOtherNamespace, "objects that read, copy or change objects of other namespaces, or keep their pods away from nodes"},
	{allowPodNetwork, "pods in other networks than that of the cluster, and pods with an address that they choose"},
	{allowPodSecurity, "a Namespace in which the cluster does not enforce the standards for pods"},
	{allowPodText, "texts that become parts of pods, and that can't be checked before they are complete"},
	{allowPriority, "pods with a priority class, for which other pods could make room, in a base that strangers write"},
	{allowPrivileged, "containers with all rights on the node"},
	{allowProbeHost, "probes with which the node sends requests to any address"},
	{allowProcMount, "containers that see all of `/proc`"},
	{allowProxyTarget, "shared proxies that send requests to any address, or that are configured for others than the preview"},
	{allowReferenceGrant, "other namespaces that use objects of the preview"},
	{allowRole, "Roles with which pods could create what is refused here"},
	{allowScheduling, "pods that choose their scheduler, their runtime, devices of nodes, or their nodes, in a base that strangers write"},
	{allowScrape, "monitoring that reads files or credentials of the monitoring system, or sends them to any address"},
	{allowSeccomp, "containers that can make every system call"},
	{allowSELinux, "containers that choose their SELinux user, role or type"},
	{allowServiceAccount, "hooks with the token of an account of the administration namespace"},
	{allowSnippet, "configuration and code that a shared ingress controller or proxy executes"},
	{allowStorageClass, "claims that choose their storage class, in a base that strangers write"},
	{allowSysctl, "kernel settings that may affect other pods of the node"},
	{allowSystemPriority, "pods that evict pods of others"},
	{allowVolumeName, "claims that bind an existing volume, with data of others"},
}

// Words returns all words of overlay.allow, sorted by name.
func Words() []Word { return slices.Clone(words) }

// Allowable returns the names of Words, sorted.
func Allowable() []string {
	names := make([]string, len(words))
	for i, w := range words {
		names[i] = w.Name
	}
	return names
}
