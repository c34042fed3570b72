package main

import "github.com/previewset/previewset/internal/pipeline"

// parseForSet parses the arguments of a command that is about one thing in one
// set, and returns both.
func (f *flags) parseForSet(args []string) (*pipeline.Set, string, error) {
	f.withConfig()
	f.withLog()
	f.withOutput()
	name := f.String("set", "", "`NAME` of the set; not needed where there is one")
	operands, err := f.parse(args, 1, 1)
	if err != nil {
		return nil, "", err
	}
	set, err := f.findSet(*name)
	return set, operands[0], err
}

// findSet wires the configuration and returns the set with this name, or the
// only one.
func (f *flags) findSet(name string) (*pipeline.Set, error) {
	parts, err := f.parts(f.logger())
	if err != nil {
		return nil, err
	}
	if name == "" && len(parts.Sets) == 1 {
		return parts.Sets[0], nil
	}
	var names []string
	for _, set := range parts.Sets {
		if set.Name == name {
			return set, nil
		}
		names = append(names, set.Name)
	}
	return nil, f.usage("want --set, one of %v", names)
}
