package config

import (
	"encoding/json"

	"github.com/previewset/previewset/generator/forge"
	"github.com/previewset/previewset/internal/forges"
)

// Source is the repository of a set's changes: the stanza of one forge.
type Source struct {
	Forge forges.Forge
	// Stanza is nil if the configuration has no stanza, or several.
	forge.Stanza
}

// Key returns the same text for all sources that read the same repository in the same
// way.
func (s Source) Key() (string, error) {
	stanza, err := json.Marshal(s.Stanza)
	return s.Forge.Key + string(stanza), err
}

func (d *document) checkSource(path string, s *Set) {
	if n := d.nodes[path]; s.Source.Stanza == nil && n != nil && n.path() == "defaults.source" {
		d.addProblem(parentPath(path), "the set needs a source, because that of defaults is not of one forge: add source with one of %s", forges.Keys())
		return
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
