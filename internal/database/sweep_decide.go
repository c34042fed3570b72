package database

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"
)

// decideAll returns a finding for each object, sorted by set, then by name.
func (s Sweep) decideAll(ctx context.Context, objects []Object) (findings []Finding, failures []error) {
	sets := map[string][]Object{}
	for _, o := range objects {
		if _, ok := s.Sets[o.Mark.Set]; ok || !s.OnlySets {
			sets[o.Mark.Set] = append(sets[o.Mark.Set], o)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(sets)) {
		found, errs := s.decideSet(ctx, name, sets[name])
		slices.SortFunc(found, func(a, b Finding) int { return cmp.Compare(a.Name, b.Name) })
		findings = append(findings, found...)
		for _, err := range errs {
			failures = append(failures, fmt.Errorf("set %.63q: %w", name, err))
		}
	}
	return findings, failures
}

// decideSet returns a finding for each object of one set. The guard does not count
// objects whose drop is decided, neither as missing nor as previews.
func (s Sweep) decideSet(ctx context.Context, name string, objects []Object) (findings []Finding, failures []error) {
	var others []Object
	for _, o := range objects {
		//promise:only-begun-drops-ignore-entries
		if !o.Mark.DroppingAt.IsZero() {
			findings = append(findings, Finding{o, Drop, "a drop left a part at " + utc(o.Mark.DroppingAt)})
			continue
		}
		others = append(others, o)
	}
	if len(others) == 0 {
		return findings, nil
	}
	set, ok := s.Sets[name]
	if !ok {
		return append(findings, findingsFor(others, Leave, "the configuration has no set of this name with a database of this engine")...), nil
	}
	s.Progress("sweeping set %s: %s", name, counted(len(objects), "object"))
	entries, err := set.Read(ctx)
	if err != nil {
		return append(findings, findingsFor(others, Doubt, "the entries of the set can't be read")...), []error{err}
	}
	statuses, failures := readStatuses(ctx, entries, others)
	held := set.Guard.Holds(countMissing(statuses), len(others))
	for i, o := range others {
		findings = append(findings, s.decide(o, statuses[i], held))
	}
	return findings, failures
}

func findingsFor(objects []Object, action Action, why string) []Finding {
	findings := make([]Finding, len(objects))
	for i, o := range objects {
		findings[i] = Finding{o, action, why}
	}
	return findings
}

// readStatuses returns the status of each object. After an error it is EntryUnknown. The
// end of ctx is not a failure of each object.
func readStatuses(ctx context.Context, entries Entries, objects []Object) (statuses []EntryStatus, failures []error) {
	statuses = make([]EntryStatus, len(objects))
	for i, o := range objects {
		ended := ctx.Err() != nil
		status, err := entries.Status(ctx, o.Mark)
		if err != nil {
			status = EntryStatus{EntryUnknown, "the GitOps repository can't be read"}
		}
		if err != nil && !ended {
			failures = append(failures, fmt.Errorf("%s: %w", o.Name, err))
		}
		statuses[i] = status
	}
	return statuses, failures
}

// countMissing returns the number of missing entries for the guard. It includes objects
// within Grace: the guard must also notice many that go missing over several sweeps.
func countMissing(statuses []EntryStatus) (n int) {
	for _, f := range statuses {
		if f.State == EntryMissing {
			n++
		}
	}
	return n
}

// decide returns the action for o. held is the guard's reason to keep objects with
// EntryMissing, or "" if the guard permits their removal.
func (s Sweep) decide(o Object, status EntryStatus, held string) Finding {
	noted := o.Mark.OrphanedAt
	graceEnd := noted.Add(s.Grace)
	switch {
	case status.State == EntryPresent && noted.IsZero():
		return Finding{o, Keep, status.Detail}
	case status.State == EntryPresent:
		return Finding{o, Return, status.Detail}
	case status.State == EntryPruned, status.State == EntryMissing:
	default:
		return Finding{o, Doubt, status.Detail}
	}
	switch {
	case noted.IsZero():
		return Finding{o, Note, status.Detail}
	case s.Now().Before(graceEnd):
		return Finding{o, Wait, status.Detail + ", until " + utc(graceEnd)}
	case status.State == EntryMissing && held != "":
		return Finding{o, Hold, status.Detail + ", and " + held}
	}
	return Finding{o, Drop, status.Detail}
}

// counted returns "1 object" or "2 objects".
func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func utc(t time.Time) string { return t.UTC().Format(time.RFC3339) }
