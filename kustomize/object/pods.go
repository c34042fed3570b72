package object

import (
	"iter"

	"sigs.k8s.io/kustomize/api/resource"
	"sigs.k8s.io/kustomize/kyaml/resid"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// PodPath returns the path of the pod spec in an object with this id, or nil if its
// kind has none. It knows the kinds whose lists Kustomize merges by name.
func PodPath(id resid.ResId) []string {
	switch id.ApiVersion() + "/" + id.Kind {
	case "apps/v1/Deployment", "apps/v1/StatefulSet", "apps/v1/DaemonSet", "apps/v1/ReplicaSet", "batch/v1/Job":
		return []string{"spec", "template", "spec"}
	case "batch/v1/CronJob":
		return []string{"spec", "jobTemplate", "spec", "template", "spec"}
	case "v1/Pod":
		return []string{"spec"}
	}
	return nil
}

// Container is a container of a pod.
type Container struct {
	// List is the field of the pod spec that has the container, and Index its
	// position in this field.
	List  string
	Index int
	*yaml.Node
}

// Containers returns the init containers and containers in the pod spec of r. id is
// the id of r.
func Containers(r *resource.Resource, id resid.ResId) iter.Seq[Container] {
	return func(yield func(Container) bool) {
		path := PodPath(id)
		if path == nil {
			return
		}
		pod := At(r.YNode(), path...)
		for _, list := range []string{"initContainers", "containers"} {
			for i, c := range Items(Child(pod, list)) {
				if !yield(Container{list, i, Resolved(c)}) {
					return
				}
			}
		}
	}
}

// IsNamespace reports whether r is a Namespace.
func IsNamespace(r *resource.Resource) bool {
	return r.GetKind() == "Namespace" && r.GetApiVersion() == "v1"
}

// Describe returns "Kind name" for messages.
func Describe(r *resource.Resource) string { return OneLine(r.GetKind() + " " + r.GetName()) }
