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

// damagedEntry is an entry whose record is missing or can't be read.
type damagedEntry struct {
	// preview is nil unless the record, or a former record, shows the preview of the entry.
	preview *generator.Preview
	// fingerprint is that of the record; zero for a directory that previewset does not own.
	fingerprint gitops.Fingerprint
}

func (d damagedEntry) belongsTo(p generator.Preview) bool {
	return d.preview != nil && d.preview.Origin() == p.Origin()
}

// addDamaged adds the damaged entries to f, with a warning for each. It returns the previews
// that their records show.
func addDamaged(f *facts, state gitops.State) (previews []generator.Preview) {
	f.damaged = map[string]damagedEntry{}
	for _, id := range slices.Sorted(maps.Keys(state.Damaged)) {
		entry := state.Damaged[id]
		f.damaged[id] = damagedEntry{fingerprint: entry.Fingerprint}
		f.warnings = append(f.warnings, damagedWarning(id, entry.Err))
		if entry.Preview != nil {
			previews = append(previews, *entry.Preview)
		}
	}
	return previews
}

// addFormer adds the directories to f that were entries until somebody removed or damaged
// their record. It returns the previews that the former records of these directories, and of
// damaged entries without a preview, show. A snapshot has these previews. After a start, an
// answer without them would make Argo CD delete running Applications.
func addFormer(ctx context.Context, f *facts, state gitops.State) (previews []generator.Preview, err error) {
	ids := slices.Collect(maps.Keys(f.unrecorded))
	for id, entry := range state.Damaged {
		if entry.Preview == nil {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	for _, id := range ids {
		former, had, err := state.FormerRecord(ctx, id)
		if err != nil {
			return nil, err
		}
		if had {
			f.damaged[id] = damagedEntry{fingerprint: state.Damaged[id].Fingerprint}
		} else {
			delete(f.damaged, id) // it never was an entry
		}
		if former != nil {
			previews = append(previews, *former)
		}
	}
	return previews, nil
}

// identifyDamaged adds previews to the damaged entries of f. A record shows the preview of its
// entry if this preview gets the id of the entry.
func (s *Set) identifyDamaged(ctx context.Context, found generator.Listing, previews []generator.Preview, f *facts) error {
	if err := s.identify(ctx, found, previews, 0); err != nil {
		return err
	}
	for i, p := range previews {
		//promise:damaged-entries-end-with-their-own-change
		if s.subject(p).ID() == p.ID {
			f.damaged[p.ID] = damagedEntry{&previews[i], f.damaged[p.ID].fingerprint}
		}
	}
	return nil
}

// unread returns the ids of the damaged entries that no preview writes again, sorted, except
// those whose change has ended, and those that a rule excludes if the guard allows it.
func (s *Set) unread(f *facts, all []*candidate) (ids []string) {
	decided := map[string]bool{}
	for _, c := range all {
		if _, damaged := f.damaged[c.ID]; damaged && f.mayBeOf(c) && (c.stays() || c.ended()) {
			decided[c.ID] = true
		}
	}
	for _, c := range s.excludedDamaged(f, all) {
		decided[c.ID] = true
	}
	for _, id := range slices.Sorted(maps.Keys(f.damaged)) {
		if !decided[id] {
			ids = append(ids, id)
		}
	}
	return ids
}

// mayBeOf reports whether the damaged entry with the id of c may be that of c.
func (f *facts) mayBeOf(c *candidate) bool {
	entry := f.damaged[c.ID]
	return entry.preview == nil || entry.belongsTo(c.Preview)
}

// excludedDamaged returns the candidates with a damaged entry that a rule of the configuration
// excludes, if the guard allows their removal together with those that it has judged: it has
// not judged these, because their previews are not in the inventory.
func (s *Set) excludedDamaged(f *facts, all []*candidate) (excluded []*candidate) {
	judged, routine := 0, 0
	for _, c := range all {
		if c.leaves() || c.status == hold && !c.why.Kept() {
			judged++
		}
		if _, damaged := f.damaged[c.ID]; !damaged || !f.mayBeOf(c) || !c.isExcluded() {
			continue
		}
		excluded = append(excluded, c)
		if c.why.Reason.Routine() {
			routine++
		}
	}
	removals, exempt := judged+len(excluded), 0
	if s.Guard.Exempts(f.routine.count + f.countRoutine(all) + routine) {
		removals, exempt = removals-routine, routine
	}
	//promise:guard-counts-damaged-entries
	if len(excluded) > 0 && s.holds(removals, len(f.before)+len(f.damaged), exempt) != "" {
		return nil
	}
	return excluded
}

// isExcluded reports whether a rule is the reason against c. Another reason, such as a fork
// without evidence or a name that another preview has, does not remove an existing preview.
func (c *candidate) isExcluded() bool {
	if !c.rejected() || c.ended() {
		return false
	}
	//promise:only-rules-exclude-damaged-entries
	if c.unsure || c.why.Reason == generator.ReasonName || c.why.Reason == generator.ReasonForkUnproven {
		return false
	}
	return true
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
				Message: fmt.Sprintf("it does not belong to previewset (%s), which never deletes it: restore %s from the history of Git if a preview uses it, and otherwise delete it",
					object.OneLine(why), gitops.RecordFile),
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
