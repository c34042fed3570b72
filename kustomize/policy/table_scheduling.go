package policy

import (
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/previewset/previewset/kustomize/fields"
	"github.com/previewset/previewset/kustomize/object"
)

const (
	onControlPlane = "it would run beside the control plane"
	useWorkers     = "name the taints of nodes for applications"
	taints         = "https://kubernetes.io/docs/reference/labels-annotations-taints/#node-role-kubernetes-io-control-plane-taint"
	adminDevices   = "it would have access to devices that pods of others use"
	adminAccess    = "https://kubernetes.io/docs/concepts/scheduling-eviction/dynamic-resource-allocation/#admin-access"
	gmsa           = "https://kubernetes.io/docs/tasks/configure-pod-container/configure-gmsa/"
)

// schedulingRows has the choice of nodes and of their devices.
var schedulingRows = []Row{
	{Word: allowNodeName, Kinds: []string{"Binding"}, Why: "it would choose the node of a pod and bypass the scheduler", Fix: "use nodeSelector in the pod", Source: "k8s.io/api/core/v1 Binding"},
	{Word: allowControlPlane, Field: "*tolerations", Except: ofWorkers, Why: onControlPlane, Fix: useWorkers, Source: taints},
	{Word: allowControlPlane, Field: "nodeSelector", Except: labelsOfWorkers, Why: onControlPlane, Source: taints},
	{Word: allowControlPlane, Field: "nodeAffinity", Except: affinityToWorkers, Why: onControlPlane, Source: taints},

	{Word: allowPrivileged, Group: "resource.k8s.io", Kinds: []string{"ResourceClaim"}, Path: "spec.devices.requests[].adminAccess", Except: onlyFalse, Why: adminDevices, Source: adminAccess},
	{Word: allowPrivileged, Group: "resource.k8s.io", Kinds: []string{"ResourceClaim"}, Path: "spec.devices.requests[].exactly.adminAccess", Except: onlyFalse, Why: adminDevices, Source: adminAccess},
	{Word: allowPrivileged, Group: "resource.k8s.io", Kinds: []string{"ResourceClaimTemplate"}, Path: "spec.spec.devices.requests[].adminAccess", Except: onlyFalse, Why: adminDevices, Source: adminAccess},
	{Word: allowPrivileged, Group: "resource.k8s.io", Kinds: []string{"ResourceClaimTemplate"}, Path: "spec.spec.devices.requests[].exactly.adminAccess", Except: onlyFalse, Why: adminDevices, Source: adminAccess},

	{Word: allowCredentials, Field: "gmsaCredentialSpecName", Except: texts(""), Why: "it would have an account of the Windows domain", Source: gmsa},
	{Word: allowCredentials, Field: "gmsaCredentialSpec", Except: texts(""), Why: "it would have an account of the Windows domain", Source: gmsa},
}

// controlPlaneKeys are the keys of labels and taints of nodes with a control plane: those of
// Kubernetes, of RKE (https://rke.docs.rancher.com/) and of K3s and RKE2
// (https://docs.k3s.io/datastore/ha-embedded).
var controlPlaneKeys = []string{
	"node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/controlplane", "node-role.kubernetes.io/etcd",
	"node-role.kubernetes.io/master", "CriticalAddonsOnly",
}

// ofWorkers are tolerations of other taints than those of the control plane. A toleration without
// a key tolerates all taints. Some operators take the list as a text.
var ofWorkers = anyOf("lists with a `key` of other nodes in each item", func(n *yaml.Node) bool {
	list := parsed(n)
	return isOneOf(list, "") || object.IsMapping(list) && len(list.Content) == 0 || isListOf(list, func(toleration *yaml.Node) bool {
		keys := folded(toleration, "key")
		return len(keys) > 0 && !slices.ContainsFunc(keys, func(key *yaml.Node) bool {
			return isOneOf(key, "") || isOneOf(key, controlPlaneKeys...)
		})
	})
})

// parsed returns the content of a text that is YAML, or n.
func parsed(n *yaml.Node) *yaml.Node {
	var document yaml.Node
	if n.Kind != yaml.ScalarNode || object.CheckYAML([]byte(n.Value), false) != nil ||
		yaml.Unmarshal([]byte(n.Value), &document) != nil || len(document.Content) == 0 {
		return n
	}
	return object.Resolved(document.Content[0])
}

// labelsOfWorkers are values without a label of the control plane in a key or a text.
var labelsOfWorkers = anyOf("labels of other nodes", func(n *yaml.Node) bool { return !namesControlPlane(n) })

func namesControlPlane(n *yaml.Node) bool {
	if n = object.Resolved(n); n.Kind == yaml.ScalarNode {
		return slices.ContainsFunc(controlPlaneKeys, func(key string) bool { return strings.Contains(n.Value, key) })
	}
	return slices.ContainsFunc(n.Content, namesControlPlane)
}

// affinityToWorkers are node affinities without an expression that selects the control plane.
var affinityToWorkers = Values{"expressions about other nodes, and the operators `DoesNotExist` and `NotIn`", func(p fields.Place, _ Scope) bool {
	return !selectsControlPlane(p.Node)
}}

func selectsControlPlane(n *yaml.Node) bool {
	n = object.Resolved(n)
	if operators := folded(n, "operator"); len(operators) == 1 && isOneOf(operators[0], "DoesNotExist", "NotIn") {
		return false
	}
	if n.Kind == yaml.ScalarNode {
		return namesControlPlane(n)
	}
	return slices.ContainsFunc(n.Content, selectsControlPlane)
}
