package policy

import (
	"slices"
	"strconv"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/previewset/previewset/kustomize/object"
)

// deletionRows has what keeps objects after Argo CD deletes a preview. A namespace exists until
// the last of its objects is gone.
var deletionRows = []Row{
	{
		Word: allowDeletion, Field: "finalizers", Except: ownFinalizers,
		Why: "the namespace of the preview could not be deleted before a controller removes them", Fix: "remove them",
		Source: "https://kubernetes.io/docs/concepts/overview/working-with-objects/finalizers/",
	},
	{
		Word: allowDeletion, Field: "terminationGracePeriodSeconds", Except: shortGrace,
		Why: "the pod, and with it the namespace of the preview, could exist for so long after the preview is deleted", Fix: "set at most an hour",
		Source: "https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination",
	},
	{
		Word: allowDeletion, Annotation: "argocd.argoproj.io/sync-options", Except: withoutOptions("Delete=confirm", "Prune=confirm"),
		Why:    "Argo CD would not delete any object of the preview before somebody confirms it",
		Source: "finalizeApplicationDeletion in controller/appcontroller.go of github.com/argoproj/argo-cd/v3",
	},
	{
		Word: allowDeletion, Kinds: []string{"Namespace"}, Path: "metadata.annotations[argocd.argoproj.io/sync-options]", Except: withoutOptions("Delete=false", "Prune=false"),
		Why:    "Argo CD would not delete the namespace with the preview",
		Source: "https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/#no-resource-deletion",
	},
	{
		Word: allowDeletion, Kinds: []string{"Namespace"}, Path: "metadata.annotations[helm.sh/resource-policy]", Except: withoutOptions("keep"),
		Why:    "Argo CD would not delete the namespace with the preview",
		Source: "shouldBeDeleted in controller/appcontroller.go of github.com/argoproj/argo-cd/v3",
	},
}

// ownFinalizers are finalizers that Kubernetes itself removes.
var ownFinalizers = anyOf("those of Kubernetes: `foregroundDeletion`, `orphan`, `kubernetes.io/pvc-protection`", func(list *yaml.Node) bool {
	return isListOf(list, func(name *yaml.Node) bool {
		return isOneOf(name, "foregroundDeletion", "orphan", "kubernetes.io/pvc-protection")
	})
})

// shortGrace are grace periods of at most an hour.
var shortGrace = anyOf("at most `3600`", func(value *yaml.Node) bool {
	const longest = 3600
	seconds, err := strconv.Atoi(object.Scalar(value))
	return err == nil && seconds <= longest
})

// withoutOptions are lists with commas that have none of these options.
func withoutOptions(options ...string) Values {
	return anyOf("lists without "+listed(options), func(value *yaml.Node) bool {
		return object.IsText(value) && !slices.ContainsFunc(splitList(object.Scalar(value)), func(option string) bool {
			return slices.Contains(options, option)
		})
	})
}
