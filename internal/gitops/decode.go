package gitops

import (
	"errors"
	"fmt"

	"go.yaml.in/yaml/v3"
)

// maxKeys bounds the number of keys in one map of a record, except in its maps of texts.
// The decoder compares each key with all others, and returns an error for each duplicate.
const maxKeys = 1000

// decodeRecord decodes the YAML of a record. The only bound on the number of labels,
// parameters, flags and inputs is the size of data.
func decodeRecord(data []byte) (Record, error) {
	var document yaml.Node
	if err := yaml.Unmarshal(data, &document); err != nil {
		return Record{}, err
	}
	texts, err := takeTexts(&document)
	if err != nil {
		return Record{}, err
	}
	if most := maxMapKeys(&document); most > maxKeys {
		return Record{}, fmt.Errorf("a map has %d keys, and the limit is %d", most, maxKeys)
	}
	var r Record
	if err := document.Decode(&r); err != nil {
		return Record{}, err
	}
	r.Parameters, r.Flags, r.Inputs = texts["parameters"], texts["flags"], texts["inputs"]
	return r, nil
}

// takeTexts decodes the maps of texts in a record, by key, and empties them in document.
func takeTexts(document *yaml.Node) (map[string]map[string]string, error) {
	taken := map[string]map[string]string{}
	if len(document.Content) == 0 || document.Content[0].Kind != yaml.MappingNode {
		return taken, nil
	}
	pairs := document.Content[0].Content
	for i := 0; i+1 < len(pairs); i += 2 {
		key, value := pairs[i].Value, pairs[i+1]
		if key != "parameters" && key != "flags" && key != "inputs" || value.Kind != yaml.MappingNode {
			continue
		}
		texts, err := decodeTexts(value.Content)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", key, err)
		}
		taken[key], value.Content = texts, nil
	}
	return taken, nil
}

// decodeTexts decodes the keys and values of a map of texts, in linear time.
func decodeTexts(pairs []*yaml.Node) (map[string]string, error) {
	texts := make(map[string]string, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		var key, value string
		if err := errors.Join(pairs[i].Decode(&key), pairs[i+1].Decode(&value)); err != nil {
			return nil, err
		}
		if _, duplicate := texts[key]; duplicate {
			return nil, fmt.Errorf("line %d: the key %q occurs twice", pairs[i].Line, key)
		}
		texts[key] = value
	}
	return texts, nil
}

// maxMapKeys returns the largest number of keys of a map in the tree n.
func maxMapKeys(n *yaml.Node) (most int) {
	if n.Kind == yaml.MappingNode {
		most = len(n.Content) / 2
	}
	for _, child := range n.Content {
		most = max(most, maxMapKeys(child))
	}
	return most
}
