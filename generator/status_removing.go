package generator

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
)

// unplaced returns the Applications below the directory of the set at which s has no
// preview, by the ID of the preview that they had.
func (s *Snapshot) unplaced(apps Applications) map[string][]Application {
	unplaced := map[string][]Application{}
	if !apps.Known {
		return unplaced
	}
	placed := make(map[string]bool, len(s.Previews))
	for i := range s.Previews {
		placed[s.Previews[i].Path] = true
	}
	for _, at := range slices.Sorted(maps.Keys(apps.ByPath)) {
		if id := path.Base(at); !placed[at] {
			unplaced[id] = append(unplaced[id], apps.ByPath[at]...)
		}
	}
	return unplaced
}

// withoutPreview returns the states of the changes that have no preview.
func (s *Snapshot) withoutPreview(apps Applications) (all []Status) {
	unplaced, reported := s.unplaced(apps), map[string]bool{}
	for _, d := range s.Dropped {
		reported[d.ID] = true
		if status, ok := d.status(s.Set, unplaced[d.ID]); ok {
			all = append(all, status)
		}
	}
	for _, e := range s.Ended {
		if !reported[e.ID] && len(unplaced[e.ID]) > 0 {
			reported[e.ID] = true
			all = append(all, Dropped{Change: e.Change, ID: e.ID, Variant: e.Variant, Verdict: e.Verdict}.removing(s.Set, unplaced[e.ID]))
		}
	}
	for id, left := range unplaced {
		if d, ok := orphan(id); ok && !reported[id] {
			all = append(all, d.removing(s.Set, left))
		}
	}
	return all
}

// orphan returns the change of an Application of which only the ID of its preview is known,
// and false if it is not the ID of a preview.
func orphan(id string) (Dropped, bool) {
	c, variant, ok := ChangeOfID(id)
	return Dropped{Change: c, Variant: variant, ID: id, Verdict: Verdict{Reason: ReasonOrphan, Detail: "its Application has no entry"}}, ok
}

// removing returns the status of d while its entry or its Applications exist.
func (d Dropped) removing(set string, apps []Application) Status {
	status := Status{Set: set, Change: d.Change, Variant: d.Variant, ID: d.ID, Fault: d.Fault, Applications: apps}
	v := d.Verdict
	details := []string{v.Detail}
	if d.HasEntry && !d.Guarded {
		details = append(details, "its entry waits for the pruner")
	}
	slowest, ok := lastToGo(apps)
	switch {
	case !ok:
	case slowest.State == StateRemoving:
		details = append(details, fmt.Sprintf("the Application %s is being deleted: %s", slowest.fullName(), slowest.Message))
	case !d.HasEntry:
		details = append(details, fmt.Sprintf("Argo CD has not begun to delete the Application %s: if it takes more than a few minutes, "+
			"look at the conditions of its ApplicationSet and at syncPolicy.applicationsSync, or delete the Application", slowest.fullName()))
	}
	if ok && slowest.State == StateRemoving && !d.HasEntry {
		v.Since = slowest.Since
	}
	v.Detail = strings.Join(details, "; ")
	status.set(StateRemoving, v)
	return status
}

// lastToGo returns the Application whose deletion has not begun or, if all are being
// deleted, the one that is longest. It returns false if there is none.
func lastToGo(apps []Application) (Application, bool) {
	if len(apps) == 0 {
		return Application{}, false
	}
	rank := func(a Application) int {
		if a.State == StateRemoving {
			return 1
		}
		return 0
	}
	return slices.MinFunc(apps, func(a, b Application) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), a.Since.Compare(b.Since), cmp.Compare(a.fullName(), b.fullName()))
	}), true
}
