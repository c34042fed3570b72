package kustomize

import (
	"fmt"
	"slices"

	"sigs.k8s.io/kustomize/api/resource"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/kustomize/fields"
	"github.com/previewset/previewset/kustomize/object"
)

// maxWarnings bounds the warnings about the objects of a base.
const maxWarnings = 20

// leftover is a place of the base that overlays leave as it is, and that could lead out of
// the preview.
type leftover struct {
	// file and resource are those of the object, which is "Kind name".
	file, resource string
	// reason has the field and the value that stays. fix is the remedy.
	reason, fix string
	// canKeep is true for a place that a row of overlay.fields can keep.
	canKeep bool
}

// refusal returns the error for l in a set that is strict.
func (l leftover) refusal() error {
	fix := l.fix
	if l.canKeep {
		fix += ", or accept it with is: " + string(fields.Kept)
	}
	return &object.RefusedError{Path: l.file, Resource: l.resource, Reason: l.reason, Fix: fix + ", or set overlay.strict: false"}
}

// warningsAbout returns the warnings about all, at most maxWarnings and the number of the
// others. base is the directory of the base.
func warningsAbout(all []leftover, base string) []generator.Warning {
	var warnings []generator.Warning
	for _, l := range all {
		warnings = append(warnings, generator.Warning{Subject: l.resource, Message: l.reason + ": " + l.fix})
	}
	warnings = generator.SortWarnings(warnings)
	if more := len(warnings) - maxWarnings; more > 0 {
		warnings = append(warnings[:maxWarnings:maxWarnings], generator.Warning{
			Subject: base, Message: fmt.Sprintf("there are %d more warnings about its objects: correct those that are shown, to see the others", more),
		})
	}
	return warnings
}

// unusedFields returns the fields of the set that no object of the base has.
func unusedFields(own []Field, objects []*resource.Resource, table *fields.Table, base string) []leftover {
	var all []leftover
	for i, f := range own {
		if !slices.ContainsFunc(objects, func(r *resource.Resource) bool { return f.isIn(r, table) }) {
			fix := "correct its group, kind or path, with [] after the name of a list, or remove it"
			if group, found := f.otherGroup(objects); found {
				fix = fmt.Sprintf("set its group to %q", group)
			}
			all = append(all, leftover{
				base, fmt.Sprintf("overlay.fields[%d]", i), "no object of the base has a value for it: " + object.OneLine(f.Kind+" "+f.Path), fix, false,
			})
		}
	}
	return all
}
