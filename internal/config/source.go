package config

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/previewset/previewset/generator/forge"
	"github.com/previewset/previewset/internal/forges"
)

// Source is the repository of a set's changes: the stanza of one forge.
type Source struct {
	Forge forges.Forge
	// Stanza is nil if the configuration has no stanza, or several.
	forge.Stanza

	unknown []string // keys of no forge
}

// Key returns the same text for all sources that read the same repository in the same
// way.
func (s Source) Key() (string, error) {
	stanza, err := json.Marshal(s.Stanza)
	return s.Forge.Key + string(stanza), err
}

// UnmarshalYAML decodes the stanza of each forge. Its signature keeps the decoder
// strict about unknown keys (yaml.v3, obsoleteUnmarshaler): a yaml.Node would be
// decoded without KnownFields.
func (s *Source) UnmarshalYAML(unmarshal func(any) error) error {
	var decoders stanzas
	if err := unmarshal(&decoders); err != nil {
		return err
	}
	for _, key := range slices.Sorted(maps.Keys(decoders)) {
		if _, known := forges.ByKey(key); !known {
			s.unknown = append(s.unknown, key)
		}
	}
	var problems yaml.TypeError
	found := 0
	for _, f := range forges.All() {
		decode := decoders[f.Key].decode
		if decode == nil { // a key without a value counts as missing
			continue
		}
		found++
		s.Forge, s.Stanza = f, f.Stanza()
		err := decode(s.Stanza)
		if typeErr := new(yaml.TypeError); errors.As(err, &typeErr) {
			problems.Errors = append(problems.Errors, typeErr.Errors...)
		} else if err != nil {
			return err
		}
	}
	if found > 1 {
		s.Stanza = nil
	}
	if len(problems.Errors) > 0 {
		return &problems
	}
	return nil
}

// stanzas are the stanzas of a source by their keys.
type stanzas map[string]deferred

// deferred is a part of a document that is decoded once its type is known.
type deferred struct {
	decode func(into any) error
}

// UnmarshalYAML keeps the decoder for later.
func (d *deferred) UnmarshalYAML(unmarshal func(any) error) error {
	d.decode = unmarshal
	return nil
}

func (d *document) checkSource(path string, s *Set) {
	for _, key := range s.Source.unknown {
		d.problems.List = append(d.problems.List, Problem{Line: d.keyLine(path, key), Message: fmt.Sprintf("unknown key %q: use one of %s", key, forges.Keys())})
	}
	if s.Source.Stanza == nil {
		d.addProblem(path, "set exactly one of %s", forges.Keys())
		return
	}
	path += "." + s.Source.Forge.Key
	s.Source.Check(d.reportBelow(path))
	if s.Select.PullRequests != nil && !s.Source.Forge.PullRequests {
		d.addProblem(path, "a plain Git server has no pull requests: select branches only, or use the source of the forge")
	}
}

// keyLine returns the line of a key in the mapping at a path. If the key comes from an
// alias, keyLine returns the line of the mapping.
func (d *document) keyLine(path, key string) int {
	node, _ := d.find(path)
	for i := 0; i+1 < len(node.Content); i += 2 {
		if node.Content[i].Value == key {
			return node.Content[i].Line
		}
	}
	return node.Line
}
