package policy

import (
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/previewset/previewset/kustomize/fields"
	"github.com/previewset/previewset/kustomize/object"
)

// The sources of strangerRows.
const (
	docsOfScheduling = "https://kubernetes.io/docs/concepts/scheduling-eviction/"
	docsOfRollouts   = "https://argo-rollouts.readthedocs.io/en/stable/features/specification/"
)

// StrangerRows returns the rows for a base that strangers can write (overlay.kinds.only), in
// addition to Rows. A team uses these fields every day, so that they are accepted without an
// allow list. But whoever controls a complete base could reach out of the namespace with them.
func StrangerRows() []Row {
	return slices.Concat(strangerRows, strangerPlacementRows, strangerRouteRows)
}

var strangerRows = []Row{
	{
		Word: allowAnnotation, Annotation: "*", Except: harmlessAnnotations,
		Why: "a controller of the cluster could act on it", Source: "the table of harmless annotations",
	},
	{
		Word: allowAnnotation, Label: "*", Except: harmlessLabels,
		Why: "a controller of the cluster could act on it", Source: "the table of labels",
	},
	{
		Word: allowDeletion, Annotation: object.Hook, Except: withoutOptions(preDelete, postDelete),
		Why:    "Argo CD would not delete the preview before the hook succeeds",
		Source: "executeHooks in controller/hook.go of github.com/argoproj/argo-cd/v3",
	},
	{
		Word: allowDeletion, Annotation: helmHook, Except: withoutOptions("pre-delete", "post-delete"),
		Why:    "Argo CD would not delete the preview before the hook succeeds",
		Source: "executeHooks in controller/hook.go of github.com/argoproj/argo-cd/v3",
	},
	{
		Word: allowPriority, Field: "priorityClassName", Except: texts(""),
		Why:    "other pods could have to make room for it",
		Source: docsOfScheduling + "pod-priority-preemption/",
	},

	// These lead pods to nodes, devices and runtimes that others have reserved.
	{
		Word: allowScheduling, Field: "schedulerName", Except: texts("default-scheduler"),
		Why:    "it would choose a scheduler, whose rules can differ from those for all pods",
		Source: "https://kubernetes.io/docs/tasks/extend-kubernetes/configure-multiple-schedulers/",
	},
	{
		Word: allowScheduling, Field: "runtimeClassName", Except: texts(""),
		Why:    "it would choose a runtime, which can isolate it less than the default one",
		Source: "https://kubernetes.io/docs/concepts/containers/runtime-class/",
	},
	{
		Word: allowScheduling, Field: "tolerations", Except: conditionsOfNodes,
		Why:    "it could run on nodes that are reserved for others",
		Source: docsOfScheduling + "taint-and-toleration/",
	},
	{
		Word: allowScheduling, Field: "limits", Except: noDevices,
		Why:    "it would get a device of a node",
		Source: "https://kubernetes.io/docs/concepts/extend-kubernetes/compute-storage-net/device-plugins/",
	},
	{
		Word: allowScheduling, Field: "requests", Except: noDevices,
		Why:    "it would get a device of a node",
		Source: "https://kubernetes.io/docs/concepts/extend-kubernetes/compute-storage-net/device-plugins/",
	},
	{
		Word: allowScheduling, Group: "batch", Kinds: []string{"Job"}, Path: "spec.managedBy", Except: texts("kubernetes.io/job-controller"),
		Why:    "another controller would run the Job, such as one that runs it in another cluster",
		Source: "https://kubernetes.io/docs/concepts/workloads/controllers/job/#delegation-of-managing-a-job-object-to-external-controller",
	},
	{
		Word: allowScheduling, Group: "batch", Kinds: []string{"CronJob"}, Path: "spec.jobTemplate.spec.managedBy", Except: texts("kubernetes.io/job-controller"),
		Why:    "another controller would run the Job, such as one that runs it in another cluster",
		Source: "https://kubernetes.io/docs/concepts/workloads/controllers/job/#delegation-of-managing-a-job-object-to-external-controller",
	},

	// A class can have volumes that somebody else prepared. The empty class has only such volumes.
	{
		Word: allowStorageClass, Field: "storageClassName",
		Why:    "it could bind a volume that is prepared for others, or keep it after the preview",
		Source: "https://kubernetes.io/docs/concepts/storage/persistent-volumes/#class-1",
	},
	{
		Word: allowStorageClass, Field: "volumeAttributesClassName", Except: texts(""),
		Why:    "it would choose the performance of its volume",
		Source: "https://kubernetes.io/docs/concepts/storage/volume-attributes-classes/",
	},

	{
		Word: allowCredentials, Field: "serviceAccountToken", Except: tokenOfCluster,
		Why:    "a system outside of the cluster that trusts the cluster's tokens could accept it",
		Source: "https://kubernetes.io/docs/concepts/storage/projected-volumes/#serviceaccounttoken",
	},
	{
		Word: allowCredentials, Field: "podCertificate",
		Why:    "a system outside of the cluster that trusts the signer could accept it",
		Source: "https://kubernetes.io/docs/concepts/storage/projected-volumes/#podcertificate",
	},
	{
		Word: allowNetworkVolume, Field: "csi", Except: secretsOfStore,
		Why:    "its driver could mount what the pod names",
		Source: "https://kubernetes.io/docs/concepts/storage/ephemeral-volumes/#csi-driver-restrictions",
	},
	{
		Word: allowExternalIP, Kinds: []string{"Service"}, Path: "spec.clusterIP", Except: texts("None"),
		Why:    "it would choose its address, which others could expect to be theirs",
		Source: "https://kubernetes.io/docs/concepts/services-networking/cluster-ip-allocation/",
	},
	{
		Word: allowExternalIP, Kinds: []string{"Service"}, Path: "spec.clusterIPs[]", Except: texts("None"),
		Why:    "it would choose its address, which others could expect to be theirs",
		Source: "https://kubernetes.io/docs/concepts/services-networking/cluster-ip-allocation/",
	},

	// Argo Rollouts changes the objects of other controllers.
	{
		Word: allowAnnotation, Group: "argoproj.io", Kinds: []string{"Rollout"}, Path: rolloutRouting + "nginx.additionalIngressAnnotations", Except: ofCanary,
		Why:    "Argo Rollouts would set any annotation of ingress-nginx",
		Source: docsOfRollouts,
	},
	{
		Word: allowAnnotation, Group: "argoproj.io", Kinds: []string{"Rollout"}, Path: rolloutRouting + "nginx.annotationPrefix", Except: texts("nginx.ingress.kubernetes.io"),
		Why:    "Argo Rollouts would set annotations of another controller",
		Source: docsOfRollouts,
	},
	{
		Word: allowAnnotation, Group: "argoproj.io", Kinds: []string{"Rollout"}, Path: rolloutRouting + "alb.annotationPrefix", Except: texts("alb.ingress.kubernetes.io"),
		Why:    "Argo Rollouts would set annotations of another controller",
		Source: docsOfRollouts,
	},
	{
		Word: allowProxyTarget, Group: "argoproj.io", Kinds: []string{"Rollout"}, Path: rolloutRouting + "plugins",
		Why:    "a plugin of Argo Rollouts could change what its configuration names",
		Source: docsOfRollouts,
	},
	{
		Word: allowProxyTarget, Group: "argoproj.io", Kinds: []string{"Rollout"}, Path: "spec.strategy.canary.steps[].plugin",
		Why:    "a plugin of Argo Rollouts could change what its configuration names",
		Source: docsOfRollouts,
	},
	{
		Word: allowCredentials, Field: "clusterScope", Except: onlyFalse,
		Why:    "a template for the complete cluster would run with its credentials, and with arguments of the base",
		Source: "https://argo-rollouts.readthedocs.io/en/stable/features/analysis/#clusteranalysistemplates",
	},
}

// conditionsOfNodes are tolerations of taints that Kubernetes sets on nodes that do not answer.
var conditionsOfNodes = anyOf("the taints `not-ready` and `unreachable` of `node.kubernetes.io`, which each pod tolerates for a time", func(list *yaml.Node) bool {
	return isListOf(list, func(toleration *yaml.Node) bool {
		key := object.Scalar(object.At(toleration, "key"))
		return key == "node.kubernetes.io/not-ready" || key == "node.kubernetes.io/unreachable"
	})
})

// noDevices are amounts of the resources of Kubernetes. The names of others have a domain.
var noDevices = anyOf("resources without a domain, such as `cpu`", func(amounts *yaml.Node) bool {
	return !slices.ContainsFunc(object.Keys(amounts), func(name string) bool { return strings.Contains(name, "/") })
})

// tokenOfCluster is a token for the API server of the cluster.
var tokenOfCluster = anyOf("tokens without an `audience`", func(token *yaml.Node) bool {
	return isMapping(token) && isOneOf(object.At(token, "audience"), "")
})

// secretsOfStore are volumes of the CSI driver that mounts what a SecretProviderClass of the
// namespace names.
var secretsOfStore = anyOf("the driver `secrets-store.csi.k8s.io`", func(volume *yaml.Node) bool {
	return object.Scalar(object.At(volume, "driver")) == "secrets-store.csi.k8s.io"
})

// ofCanary are the annotations of ingress-nginx for canaries, without their prefix.
var ofCanary = anyOf("`canary-by-header`, `canary-by-header-value`, `canary-by-cookie`", func(annotations *yaml.Node) bool {
	return !slices.ContainsFunc(object.Keys(annotations), func(key string) bool {
		return !slices.Contains([]string{"canary-by-header", "canary-by-header-value", "canary-by-cookie"}, key)
	}) && isMapping(annotations)
})

// harmlessAnnotations are keys without a slash, and the annotations in the table.
var harmlessAnnotations = Values{"keys without a slash, and [harmless annotations](#harmless-annotations)", func(p fields.Place, _ Scope) bool {
	return isHarmlessAnnotation(p.Name, object.Scalar(p.Node))
}}

// harmlessLabels are labels that no controller in the table reads.
var harmlessLabels = Values{"all but those of [controllers](#labels)", func(p fields.Place, _ Scope) bool { return !isOfController(p.Name) }}
