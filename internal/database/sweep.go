package database

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/previewset/previewset/generator"
)

// Entries is what Git has of a set.
type Entries interface {
	// Fate returns what became of the preview that m names. After an error
	// nothing is known.
	Status(ctx context.Context, m Mark) (EntryStatus, error)
}

// Fate is what became of a preview, as Git tells.
type EntryStatus struct {
	State EntryState
	// Detail says for people why.
	Detail string
}

// FateKind is how sure a fate is.
type EntryState int

// The fates. The zero value is the one that changes nothing.
const (
	// Doubtful is what may be there, and can't be read.
	EntryUnknown EntryState = iota
	// Present has an entry.
	EntryPresent
	// Pruned has none, since a commit of the pruner deleted it.
	EntryPruned
	// Missing has none, and nothing says why.
	EntryMissing
)

// SweepSet is a set whose previews have databases on a server.
type SweepSet struct {
	// Guard bounds how many may be dropped that are Missing.
	Guard generator.Guard
	// Read returns its entries as they are now.
	Read func(ctx context.Context) (Entries, error)
}

// Sweep removes what a server has for previews that are no more, where no hook
// did.
type Sweep struct {
	Server Server
	// Sets by name. What is of another set stays.
	Sets map[string]SweepSet
	// Grace is how long an object stays after it was first found without a
	// preview.
	Grace time.Duration
	Now   func() time.Time
	// DryRun changes nothing: findings say what would be done.
	DryRun bool
	// Progress is told what is about to be done; never nil.
	Progress func(format string, args ...any)
}

// Action is what a sweep does about an object.
type Action string

// The actions.
const (
	Keep   Action = "keep"   // its preview has an entry
	Return Action = "return" // as Keep, and its mark no longer says that it had none
	Note   Action = "note"   // it has no preview: its mark says so from now on
	Wait   Action = "wait"   // its grace is not over
	Hold   Action = "hold"   // the guard holds it
	Doubt  Action = "doubt"  // it stays, since something is not known
	Leave  Action = "leave"  // its set is none of Sets
	Drop   Action = "drop"   // it is removed
)

// Finding is an object and what becomes of it.
type Finding struct {
	Object
	Action Action
	// Why says for people why.
	Why string
}

// Run finds the objects that belong to no preview, notes those that it sees for
// the first time, and drops those that have been noted for Grace. Findings are in
// the order of sets, then of names. What goes wrong with one object or one set
// keeps no other from it: then there are findings and an error.
func (s Sweep) Run(ctx context.Context) ([]Finding, error) {
	objects, err := s.Server.List(ctx)
	if err != nil {
		return nil, err
	}
	sets := map[string][]Object{}
	for _, o := range objects {
		sets[o.Mark.Set] = append(sets[o.Mark.Set], o)
	}
	var findings []Finding
	var failures []error
	for _, name := range slices.Sorted(maps.Keys(sets)) {
		found, err := s.sweepSet(ctx, name, sets[name])
		findings = append(findings, found...)
		if err != nil {
			failures = append(failures, fmt.Errorf("set %.63q: %w", name, err))
		}
		if ctx.Err() != nil {
			break
		}
	}
	return findings, errors.Join(failures...)
}

// set sweeps the objects of one set.
func (s Sweep) sweepSet(ctx context.Context, name string, objects []Object) ([]Finding, error) {
	set, ok := s.Sets[name]
	if !ok {
		return findingsFor(objects, Leave, "the configuration has no such set with a database of this engine"), nil
	}
	s.Progress("sweeping set %s: %d objects", name, len(objects))
	entries, err := set.Read(ctx)
	if err != nil {
		return findingsFor(objects, Doubt, "the set can't be read"), err
	}
	statuses, failures := readStatuses(ctx, entries, objects)
	held := set.Guard.Holds(countMissing(statuses), len(objects))
	var findings []Finding
	for i, o := range objects {
		if ctx.Err() != nil {
			failures = append(failures, ctx.Err())
			break
		}
		f := s.decide(o, statuses[i], held)
		if err := s.act(ctx, &f); err != nil {
			failures = append(failures, fmt.Errorf("%s: %w", o.Name, err))
		}
		findings = append(findings, f)
	}
	return findings, errors.Join(failures...)
}

func findingsFor(objects []Object, action Action, why string) []Finding {
	findings := make([]Finding, len(objects))
	for i, o := range objects {
		findings[i] = Finding{o, action, why}
	}
	return findings
}

// fatesOf returns the fate of each object; one that can't be told is Doubtful.
func readStatuses(ctx context.Context, entries Entries, objects []Object) (statuses []EntryStatus, failures []error) {
	statuses = make([]EntryStatus, len(objects))
	for i, o := range objects {
		status, err := entries.Status(ctx, o.Mark)
		if err != nil {
			failures = append(failures, fmt.Errorf("%s: %w", o.Name, err))
			status = EntryStatus{EntryUnknown, "Git can't be read"}
		}
		statuses[i] = status
	}
	return statuses, failures
}

// missing counts what the guard is asked about: also what is not to be dropped
// yet, since much that goes missing in several sweeps is much all the same.
func countMissing(statuses []EntryStatus) (n int) {
	for _, f := range statuses {
		if f.State == EntryMissing {
			n++
		}
	}
	return n
}

// decide says what is to become of o. held is why the guard holds what is
// Missing, "" where it does not.
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
		return Finding{o, Wait, status.Detail + ", until " + graceEnd.UTC().Format(time.RFC3339)}
	case status.State == EntryMissing && held != "":
		return Finding{o, Hold, status.Detail + ", and " + held}
	}
	return Finding{o, Drop, status.Detail}
}

// act does what f says, if it is to change anything.
func (s Sweep) act(ctx context.Context, f *Finding) error {
	if s.DryRun {
		return nil
	}
	o := f.Object
	switch f.Action {
	case Return:
		o.Mark.OrphanedAt = time.Time{}
		return f.markFailed(s.Server.Note(ctx, o))
	case Note:
		o.Mark.OrphanedAt = s.Now().UTC().Truncate(time.Second)
		return f.markFailed(s.Server.Note(ctx, o))
	case Drop:
		return f.markFailed(s.drop(ctx, f))
	}
	return nil
}

// drop removes an object, unless its mark is another by now: a preview that
// opened again has it taken over by Create.
func (s Sweep) drop(ctx context.Context, f *Finding) error {
	s.Progress("dropping %s of %s", f.Name, f.Mark.owner())
	_, err := s.Server.Drop(ctx, f.Name, f.Mark)
	if errors.Is(err, ErrChanged) {
		f.Action, f.Why = Doubt, ErrChanged.Error()
		return nil
	}
	return err
}

// done has f say that what it says was not done after all.
func (f *Finding) markFailed(err error) error {
	if err != nil {
		f.Action, f.Why = Doubt, string(f.Action)+" failed"
	}
	return err
}
