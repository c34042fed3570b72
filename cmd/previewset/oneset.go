package main

import (
	"strings"

	"github.com/previewset/previewset/internal/pipeline"
)

// withSet adds the flags of commands that look up a preview or change in one set.
func (f *flags) withSet() {
	f.withConfig()
	f.withLog()
	f.withOutput()
	f.command.Flags().StringVar(&f.set, "set", "", "`NAME` of the set; optional if the configuration has only one")
	completeFlag(f.command, "set", f.completeSets)
}

// findSet wires the configuration and returns the set that --set names, or the
// only one.
func (f *flags) findSet() (*pipeline.Set, error) {
	parts, err := f.parts(f.logger())
	if err != nil {
		return nil, err
	}
	if f.set == "" && len(parts.Sets) == 1 {
		return parts.Sets[0], nil
	}
	var names []string
	for _, set := range parts.Sets {
		if set.Name == f.set {
			return set, nil
		}
		names = append(names, set.Name)
	}
	if f.set == "" {
		return nil, f.usage("--set is required: the configuration has the sets %s", strings.Join(names, ", "))
	}
	return nil, f.usage("unknown set %q: the configuration has the sets %s", f.set, strings.Join(names, ", "))
}
