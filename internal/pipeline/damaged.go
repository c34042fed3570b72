package pipeline

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/gitops"
	"github.com/previewset/previewset/kustomize/object"
)

// damagedEntry is an entry whose record can't be read.
type damagedEntry struct {
	// preview is nil unless the record still shows the preview of the entry.
	preview     *generator.Preview
	fingerprint gitops.Fingerprint
}

func (d damagedEntry) belongsTo(p generator.Preview) bool {
	return d.preview != nil && d.preview.Origin() == p.Origin()
}

// addDamaged adds the damaged entries to f, with a warning for each. A record shows the
// preview of its entry if this preview gets the id of the entry.
func (s *Set) addDamaged(ctx context.Context, found generator.Listing, state gitops.State, f *facts) error {
	f.damaged = map[string]damagedEntry{}
	var previews []generator.Preview
	for _, id := range slices.Sorted(maps.Keys(state.Damaged)) {
		entry := state.Damaged[id]
		f.damaged[id] = damagedEntry{fingerprint: entry.Fingerprint}
		f.warnings = append(f.warnings, damagedWarning(id, entry.Err))
		if entry.Preview != nil {
			previews = append(previews, *entry.Preview)
		}
	}
	if err := s.identify(ctx, found, previews, 0); err != nil {
		return err
	}
	for i, p := range previews {
		//promise:damaged-entries-end-with-their-own-change
		if s.subject(p).ID() == p.ID {
			f.damaged[p.ID] = damagedEntry{&previews[i], state.Damaged[p.ID].Fingerprint}
		}
	}
	return nil
}

// damagedPreviews returns the known previews of damaged entries.
func (v inventory) damagedPreviews() (previews []generator.Preview) {
	for _, id := range slices.Sorted(maps.Keys(v.damaged)) {
		if p := v.damaged[id].preview; p != nil {
			previews = append(previews, *p)
		}
	}
	return previews
}

// unrecordedWarnings returns a warning for each directory that has the id of an entry and no
// record. A preview that needs the id reports the directory itself.
func unrecordedWarnings(f *facts, all []*candidate) (warnings []generator.Warning) {
	wanted := map[string]bool{}
	for _, c := range all {
		wanted[c.ID] = wanted[c.ID] || c.stays()
	}
	for id, why := range f.unrecorded {
		if !wanted[id] {
			warnings = append(warnings, generator.Warning{
				Subject: "entry " + id,
				Message: fmt.Sprintf("it does not belong to previewset (%s), which never deletes it: delete it if no preview needs it", object.OneLine(why)),
			})
		}
	}
	return warnings
}

func damagedWarning(id string, err error) generator.Warning {
	return generator.Warning{
		Subject: "entry " + id,
		Message: fmt.Sprintf("its record can't be read (%s): to keep its preview, restore %s from the history of Git; "+
			"otherwise the entry is written again if its change is selected, and deleted if the record shows its change and the change has ended",
			object.OneLine(err.Error()), gitops.RecordFile),
	}
}
