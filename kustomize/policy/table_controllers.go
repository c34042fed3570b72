package policy

import "slices"

// What controllers of tenants and nodes do.
const (
	changesOthers = "it would create or change objects of other namespaces"
	otherNetwork  = "it would connect pods to another network than that of the cluster"
	chaosSource   = "https://chaos-mesh.org/docs/define-chaos-experiment-scope/"
)

// controllerRows has further controllers that all namespaces share.
var controllerRows = slices.Concat(
	[]Row{
		// Tenants.
		{Word: allowOtherNamespace, Group: "hnc.x-k8s.io", Why: changesOthers, Fix: removeIt, Source: "https://github.com/kubernetes-retired/hierarchical-namespaces docs/user-guide"},
		{Word: allowOtherNamespace, Group: "accurate.cybozu.com", Why: changesOthers, Fix: removeIt, Source: "https://cybozu-go.github.io/accurate/"},
		{Word: allowOtherNamespace, Group: "capsule.clastix.io", Kinds: []string{"TenantResource"}, Why: changesOthers, Fix: removeIt, Source: "https://projectcapsule.dev/docs/replications/"},
		{Word: allowReferenceGrant, Group: "secretgen.carvel.dev", Kinds: []string{"SecretExport"}, Why: "other namespaces could use Secrets of the preview's namespace", Fix: removeIt, Source: "https://github.com/carvel-dev/secretgen-controller docs/secret-export.md"},
		{Word: allowReferenceGrant, Group: "seaweed.seaweedfs.com", Kinds: []string{"ResourceReferenceGrant"}, Why: "other namespaces could use objects of the preview's namespace", Fix: removeIt, Source: "https://github.com/seaweedfs/seaweedfs-operator api/v1"},

		{Word: allowOtherNamespace, Group: "actions.kio.kasten.io", Why: "it would copy or change other namespaces", Fix: removeIt, Source: "https://docs.kasten.io/latest/api/actions/"},

		// Policies for admission that read other namespaces.
		{Word: allowOtherNamespace, Group: "kyverno.io", Field: "apiCall", Why: "Kyverno would read objects of other namespaces, or send requests to any address", Source: "github.com/kyverno/kyverno pkg/engine/apicall"},
		{Word: allowOtherNamespace, Group: "kyverno.io", Field: "configMap", Except: ownReference, Why: "Kyverno would read objects of other namespaces", Source: "github.com/kyverno/kyverno pkg/engine/context/loaders"},

		// Nodes and their disks.
		{Word: allowOtherNamespace, Group: "nfd.k8s-sigs.io", Kinds: []string{"NodeFeature"}, Why: "it would set labels of nodes, which decide where pods of others run", Fix: removeIt, Source: "https://kubernetes-sigs.github.io/node-feature-discovery/stable/usage/custom-resources"},
		{Word: allowOtherNamespace, Group: "*.medik8s.io", Why: "it would restart or isolate a node, with the pods of others", Fix: removeIt, Source: "https://www.medik8s.io/remediation/remediation/"},
		{Word: allowHostPath, Group: "ceph.rook.io", Kinds: []string{"CephCluster"}, Why: "it would take disks and directories of nodes", Fix: "use a PersistentVolumeClaim", Source: "https://rook.io/docs/rook/latest/CRDs/Cluster/ceph-cluster-crd/"},
		{Word: allowHostPath, Field: "exposeDockerSocket", Except: onlyFalse, Why: "it would have access to all containers of the node", Source: "github.com/openshift/api build/v1 CustomBuildStrategy"},

		// Networks.
		{Word: allowPodNetwork, Group: "k8s.ovn.org", Kinds: []string{"EgressService", "UserDefinedNetwork"}, Why: otherNetwork, Fix: removeIt, Source: "https://ovn-kubernetes.io/features/"},
		{Word: allowPodNetwork, Group: "network.operator.openshift.io", Kinds: []string{"EgressRouter"}, Why: otherNetwork, Fix: removeIt, Source: "github.com/openshift/api networkoperator/v1"},
		{Word: allowPodNetwork, Group: "vpcresources.k8s.aws", Kinds: []string{"SecurityGroupPolicy"}, Why: "it would put pods into any security group, with its access to the network of the cloud", Fix: removeIt, Source: "https://docs.aws.amazon.com/eks/latest/userguide/security-groups-for-pods.html"},

		// Chaos Mesh, also in a Schedule or a Workflow.
		{Word: allowOtherNamespace, Group: "chaos-mesh.org", Field: "namespaces", Except: ownNamespace, Why: disturbsOthers, Source: chaosSource},
		{Word: allowOtherNamespace, Group: "chaos-mesh.org", Field: "pods", Except: ownPods, Why: disturbsOthers, Source: chaosSource},
	},
	chaos(allowCloudResource, "it would stop machines outside of the cluster", "AWSChaos", "AzureChaos", "GCPChaos", "PhysicalMachineChaos"),
	chaos(allowSysctl, "it would change the kernel or the disks of a node", "BlockChaos", "KernelChaos"),
)

const disturbsOthers = "it would disturb pods of other namespaces"

// ownPods are lists of pods by their namespace.
var ownPods = Values{"pods of the preview's namespace", hasOwnKeys}

// chaos returns the rows of kinds of Chaos Mesh, and of the fields of a Schedule or a Workflow
// with the same names.
func chaos(word, why string, kinds ...string) []Row {
	rows := []Row{{Word: word, Group: "chaos-mesh.org", Kinds: kinds, Why: why, Fix: removeIt, Source: chaosSource}}
	for _, kind := range kinds {
		rows = append(rows, Row{Word: word, Group: "chaos-mesh.org", Kinds: []string{"Schedule", "Workflow"}, Field: "*" + kind, Why: why, Source: chaosSource})
	}
	return rows
}
