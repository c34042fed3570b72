package policy

import (
	"regexp"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/previewset/previewset/kustomize/object"
)

// listPosition matches a part of a JSON pointer that is the position in a list.
var listPosition = regexp.MustCompile(`^(-|[0-9]+)$`)

// writtenBy returns what the operation n of a JSON patch (RFC 6902) writes, with the fields
// around it, or nil if n is not an operation that writes. Injectors and operators apply such
// patches to pods.
func writtenBy(n *yaml.Node) *yaml.Node {
	// The fields of pods are not that deep.
	const deepest = 64
	path, isPath := strings.CutPrefix(object.Scalar(object.Child(n, "path")), "/")
	value := object.Child(n, "value")
	if value == nil {
		// The value is a copy of another field, which is not known.
		value = object.Child(n, "from")
	}
	if !isPath || value == nil || !slices.Contains(writes, object.Scalar(object.Child(n, "op"))) {
		return nil
	}
	parts := strings.Split(path, "/")
	for _, part := range slices.Backward(parts[max(0, len(parts)-deepest):]) {
		value = around(value, strings.NewReplacer("~1", "/", "~0", "~").Replace(part))
	}
	return value
}

// around returns a list or a mapping with the value at a part of a pointer.
func around(value *yaml.Node, part string) *yaml.Node {
	if listPosition.MatchString(part) {
		return &yaml.Node{Kind: yaml.SequenceNode, Tag: yaml.NodeTagSeq, Content: []*yaml.Node{value}}
	}
	key := &yaml.Node{Kind: yaml.ScalarNode, Tag: yaml.NodeTagString, Value: part}
	return &yaml.Node{Kind: yaml.MappingNode, Tag: yaml.NodeTagMap, Content: []*yaml.Node{key, value}}
}
