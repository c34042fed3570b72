package policy

import "slices"

const (
	anotherNetwork = "it would add the pod to another network"
	choosesIP      = "it would choose the address of the pod, which could be that of others"
	useDefaultNet  = "leave networks and addresses to the cluster"
	multus         = "https://github.com/k8snetworkplumbingwg/multus-cni/blob/master/docs/quickstart.md"
	ovnGateways    = "https://ovn-kubernetes.io/features/cluster-egress-controls/external-gateways/"
)

// networkRows has the networks and addresses of pods that network plugins read from pods and
// namespaces. With another network or address, a pod is not subject to the NetworkPolicies that
// isolate previews.
var networkRows = slices.Concat(
	[]Row{
		{Word: allowPodNetwork, Group: "k8s.cni.cncf.io", Kinds: []string{"NetworkAttachmentDefinition"}, Why: "it can give pods any network device of the node", Fix: useDefaultNet, Source: multus},
		{Word: allowPodNetwork, Field: "multus", Except: without("no `networkName`", "networkName"), Why: "it would add the virtual machine to another network", Fix: useDefaultNet, Source: "kubevirt.io/api/core/v1 MultusNetwork"},
		{Word: allowPodNetwork, Label: "k8s.ovn.org/primary-user-defined-network", Why: "the pods of the namespace would be in another network", Fix: useDefaultNet, Source: "https://ovn-kubernetes.io/features/user-defined-networks/user-defined-networks/"},
		{Word: allowHostPort, Annotation: "nodeportlocal.antrea.io/enabled", Except: onlyFalseText, Why: "its pods would take ports of their nodes", Source: "https://antrea.io/docs/main/docs/node-port-local/"},
	},
	// Networks beside that of the cluster.
	inAnnotations(allowPodNetwork, anotherNetwork, multus, "k8s.v1.cni.cncf.io/networks", "v1.multus-cni.io/default-network"),
	inAnnotations(allowPodNetwork, anotherNetwork, "https://cloud.google.com/kubernetes-engine/docs/how-to/setup-multinetwork-support-for-pods",
		"networking.gke.io/interfaces", "networking.gke.io/default-interface"),
	inAnnotations(allowPodNetwork, anotherNetwork, ovnGateways,
		"k8s.ovn.org/pod-networks", "k8s.ovn.org/routing-external-gws", "k8s.ovn.org/routing-network", "k8s.ovn.org/hybrid-overlay-external-gw"),
	inAnnotations(allowOtherNamespace, "the pods of other namespaces would send their traffic to the pod", ovnGateways, "k8s.ovn.org/routing-namespaces"),
	// Addresses. Kube-OVN has annotations for each network, such as net1.default.ovn.kubernetes.io/ip_address.
	inAnnotations(allowPodNetwork, choosesIP, "https://docs.tigera.io/calico/latest/reference/configure-cni-plugins",
		"cni.projectcalico.org/ipAddrs", "cni.projectcalico.org/ipAddrsNoIpam", "cni.projectcalico.org/ipv4pools", "cni.projectcalico.org/ipv6pools",
		"cni.projectcalico.org/floatingIPs", "cni.projectcalico.org/hwAddr", "cni.projectcalico.org/allowedSourcePrefixes"),
	inAnnotations(allowPodNetwork, choosesIP, "https://docs.cilium.io/en/stable/network/concepts/ipam/multi-pool/", "ipam.cilium.io/*", "cni.cilium.io/mac-address"),
	inAnnotations(allowPodNetwork, choosesIP, "https://antrea.io/docs/main/docs/antrea-ipam/", "ipam.antrea.io/*"),
	inAnnotations(allowPodNetwork, choosesIP, "https://spidernet-io.github.io/spiderpool/latest/reference/annotation/", "ipam.spidernet.io/*"),
	inAnnotations(allowPodNetwork, choosesIP, "github.com/kubeovn/kube-ovn pkg/util/const.go",
		"*.kubernetes.io/ip_address", "*.kubernetes.io/ip_pool", "*.kubernetes.io/mac_address", "*.kubernetes.io/port_vips"),
	inAnnotations(allowPodNetwork, anotherNetwork, "github.com/kubeovn/kube-ovn pkg/util/const.go",
		"*.kubernetes.io/logical_switch", "*.kubernetes.io/logical_router", "*.kubernetes.io/vlan_id", "*.kubernetes.io/port_security",
		"*.kubernetes.io/security_groups", "ovn.kubernetes.io/vpc", "ovn.kubernetes.io/eip", "ovn.kubernetes.io/snat"),
	inAnnotations(allowPodNetwork, choosesIP, "https://www.alibabacloud.com/help/en/ack/", "k8s.aliyun.com/pod-ips", "k8s.aliyun.com/pod-networks"),
)

// inAnnotations returns the rows of annotations with one effect.
func inAnnotations(word, why, source string, keys ...string) []Row {
	return atAnnotations(Row{Word: word, Why: why, Source: source}, keys...)
}
