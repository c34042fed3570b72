package policy

import (
	"slices"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/previewset/previewset/kustomize/object"
)

const (
	choosesNode   = "it could run on nodes that are reserved for others, or make the cluster buy other nodes"
	keepsAway     = "the scheduler would keep pods of other namespaces away from its nodes"
	assignsPods   = "https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/"
	betweenPods   = assignsPods + "#inter-pod-affinity-and-anti-affinity, satisfyExistingPodsAntiAffinity in pkg/scheduler/framework/plugins/interpodaffinity of k8s.io/kubernetes"
	removeOfOther = "remove namespaces and namespaceSelector"
)

// strangerPlacementRows has the nodes of pods, and what pods do to others on their nodes.
// Required anti-affinity also binds pods that are scheduled later, in all namespaces that it
// selects.
var strangerPlacementRows = []Row{
	{Word: allowScheduling, Field: "nodeSelector", Except: commonNodeLabels, Why: choosesNode, Source: assignsPods + "#nodeselector"},
	{Word: allowScheduling, Field: "nodeAffinity", Except: commonNodeAffinity, Why: choosesNode, Source: assignsPods + "#node-affinity"},
	{Word: allowOtherNamespace, Field: "podAffinity", Except: ownPodAffinity, Why: "the scheduler would prefer or avoid nodes for pods of other namespaces", Fix: removeOfOther, Source: betweenPods},
	{Word: allowOtherNamespace, Field: "podAntiAffinity", Except: ownPodAffinity, Why: keepsAway, Fix: removeOfOther, Source: betweenPods},
}

// nodeLabels are labels with which pods select nodes that their images can run on, and zones.
var nodeLabels = []string{"kubernetes.io/arch", "kubernetes.io/os", "topology.kubernetes.io/region", "topology.kubernetes.io/zone"}

// commonNodeLabels are selectors of nodes by these labels.
var commonNodeLabels = anyOf(listed(nodeLabels), func(selector *yaml.Node) bool {
	return isMapping(selector) && !slices.ContainsFunc(object.Keys(selector), func(key string) bool { return !slices.Contains(nodeLabels, key) })
})

// commonNodeAffinity are expressions about these labels.
var commonNodeAffinity = anyOf("expressions about "+listed(nodeLabels), hasOnlyKeys)

// hasOnlyKeys reports whether each field key in n has a label of nodeLabels. Fields of a node,
// such as its name, are no labels.
func hasOnlyKeys(n *yaml.Node) bool {
	n = object.Resolved(n)
	if n.Kind == yaml.SequenceNode {
		return !slices.ContainsFunc(n.Content, func(item *yaml.Node) bool { return !hasOnlyKeys(item) })
	}
	for _, name := range object.Keys(n) {
		value := object.Child(n, name)
		if name == "key" && !slices.Contains(nodeLabels, object.Scalar(value)) || !hasOnlyKeys(value) {
			return false
		}
	}
	return true
}

// ownPodAffinity are terms about pods of the same namespace.
var ownPodAffinity = anyOf("terms without `namespaces` and `namespaceSelector`", func(affinity *yaml.Node) bool { return !namesNamespaces(affinity) })

// namesNamespaces reports whether a value has terms about pods of namespaces that it names.
func namesNamespaces(n *yaml.Node) bool {
	n = object.Resolved(n)
	if n.Kind == yaml.SequenceNode {
		return slices.ContainsFunc(n.Content, namesNamespaces)
	}
	return slices.ContainsFunc(object.Keys(n), func(name string) bool {
		value := object.Child(n, name)
		switch name {
		case "namespaces":
			return !isListOf(value, isNull)
		case "namespaceSelector":
			return !isNull(value)
		}
		return namesNamespaces(value)
	})
}
