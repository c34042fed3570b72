package closure

import "sigs.k8s.io/kustomize/kyaml/yaml"

// plainTags has the tags of YAML's core schema, and the dates and merge keys of YAML
// 1.1, which Kustomize does not change. The text of a value with another tag can differ
// from the value.
var plainTags = []string{
	yaml.NodeTagMap, yaml.NodeTagSeq, yaml.NodeTagString, yaml.NodeTagBool, yaml.NodeTagInt, yaml.NodeTagFloat, yaml.NodeTagNull,
	"!!timestamp", "!!merge",
}
