package containers

import (
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/previewset/previewset/kustomize/object"
)

// HasVariables reports whether the variables of a container are a list, as in Kubernetes, or
// missing. Some custom resources have a mapping.
func HasVariables(c *yaml.Node) bool {
	env := object.Child(c, "env")
	return env == nil || env.Kind == yaml.SequenceNode || env.ShortTag() == yaml.NodeTagNull
}

// Variable returns the variable called name of a container, nil if the container does
// not have the variable. Of several, the last one counts, as in Kubernetes.
func Variable(container *yaml.Node, name string) (entry *yaml.Node) {
	for _, e := range object.Items(object.Child(container, "env")) {
		if e = object.Resolved(e); object.String(object.Child(e, "name")) == name {
			entry = e
		}
	}
	return entry
}
