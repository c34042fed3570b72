package main

import (
	"strings"

	"github.com/previewset/previewset/internal/pipeline"
)

// withSet adds the flags of commands that are about one thing in one set.
func (f *flags) withSet() {
	f.withConfig()
	f.withLog()
	f.withOutput()
	f.command.Flags().StringVar(&f.set, "set", "", "`NAME` of the set; not needed where there is one")
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
		return nil, f.usage("--set is missing: want one of %s", strings.Join(names, ", "))
	}
	return nil, f.usage("there is no set %q: want one of %s", f.set, strings.Join(names, ", "))
}
