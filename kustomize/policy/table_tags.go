package policy

import "sigs.k8s.io/kustomize/kyaml/yaml"

// plainTags are the tags of values that are what their text says: those of YAML's
// core schema, and the dates and merge keys of YAML 1.1, which Kustomize keeps as
// they are.
var plainTags = []string{
	yaml.NodeTagMap, yaml.NodeTagSeq, yaml.NodeTagString, yaml.NodeTagBool, yaml.NodeTagInt, yaml.NodeTagFloat, yaml.NodeTagNull,
	"!!timestamp", "!!merge",
}
