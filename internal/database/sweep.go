package database

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/previewset/previewset/generator"
)

// Entries is the state of a set in Git.
type Entries interface {
	// Status returns the status of the preview that m names. After an error, the status
	// is unknown.
	Status(ctx context.Context, m Mark) (EntryStatus, error)
}

// EntryStatus is the state of a preview's entry in Git.
type EntryStatus struct {
	State EntryState
	// Detail is the reason, for people.
	Detail string
}

// EntryState reports whether a preview has an entry.
type EntryState int

// The states. The zero value changes nothing.
const (
	// EntryUnknown means that an entry can exist, but can't be read.
	EntryUnknown EntryState = iota
	// EntryPresent means that the preview has an entry.
	EntryPresent
	// EntryPruned means that a commit of the pruner deleted the entry.
	EntryPruned
	// EntryMissing means that the preview has no entry, for an unknown reason.
	EntryMissing
)

// SweepSet is a set whose previews have databases on a server.
type SweepSet struct {
	// Guard bounds the number of objects with EntryMissing that a sweep drops.
	Guard generator.Guard
	// Read returns the current entries.
	Read func(ctx context.Context) (Entries, error)
}

// Sweep removes the databases of previews that no longer exist, if no hook removed them.
type Sweep struct {
	Server Server
	// Sets by name. Objects of other sets are kept, except for those with DroppingAt.
	Sets map[string]SweepSet
	// OnlySets ignores the objects of other sets: they have no finding.
	OnlySets bool
	// Grace is the time between the first sweep that finds no preview for an object and
	// its removal.
	Grace time.Duration
	Now   func() time.Time
	// DryRun changes nothing: findings have the actions that a sweep would take.
	DryRun bool
	// Progress is called with a message before each step. It is never nil.
	Progress func(format string, args ...any)
}

// Action is the action of a sweep for an object.
type Action string

// The actions.
const (
	Keep     Action = "keep"     // its preview has an entry
	Return   Action = "return"   // its preview has an entry again: OrphanedAt is cleared
	Note     Action = "note"     // it has no preview: OrphanedAt is set
	Wait     Action = "wait"     // Grace has not passed
	Hold     Action = "hold"     // the guard keeps it
	Doubt    Action = "doubt"    // it is kept, because its status is unknown or an action failed
	Leave    Action = "leave"    // its set is not in Sets
	Drop     Action = "drop"     // it is removed
	Dropping Action = "dropping" // a part is left, or there was no time to try: the next sweep continues
)

// Finding is an object and the action for it.
type Finding struct {
	Object
	Action Action
	// Why is the reason, for people.
	Why string
}

// Run finds the objects without a preview. It sets OrphanedAt of each that it finds for
// the first time, and drops each whose OrphanedAt is older than Grace. It also drops each
// with DroppingAt, whatever its entry is: this drop was decided before. Findings are
// sorted by set, then by name.
//
// After a failure of an object or a set, Run continues with the others, and returns
// findings and an error. The error is ErrDropping if an object has the action Dropping.
// The deadline of ctx bounds Run. At least half of the time is for the drops.
func (s Sweep) Run(ctx context.Context) ([]Finding, error) {
	findings, failures, err := s.prepare(ctx)
	if err != nil {
		return nil, err
	}
	if !s.DryRun {
		failures = append(failures, s.dropAll(ctx, s.inTurn(findings, Drop))...)
	}
	return findings, errors.Join(failures...)
}

// prepare decides about all objects and writes the marks of those that stay. It uses at
// most half of the time of ctx.
func (s Sweep) prepare(ctx context.Context) (findings []Finding, failures []error, err error) {
	if end, ok := ctx.Deadline(); ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, time.Until(end)/2)
		defer cancel()
	}
	objects, err := s.Server.List(ctx)
	if err != nil {
		return nil, nil, err
	}
	findings, failures = s.decideAll(ctx, objects)
	if !s.DryRun {
		failures = append(failures, s.noteAll(ctx, s.inTurn(findings, Return, Note))...)
	}
	if err := ctx.Err(); err != nil {
		failures = append(failures, fmt.Errorf("some entries are not read, or marks not written: %w", err))
	}
	return findings, failures, nil
}

// inTurn returns the findings with one of the actions. It keeps their order, but starts
// with one that the clock chooses: objects that use up the time of each sweep must not
// always precede the same others.
func (s Sweep) inTurn(findings []Finding, actions ...Action) (turn []*Finding) {
	for i := range findings {
		if slices.Contains(actions, findings[i].Action) {
			turn = append(turn, &findings[i])
		}
	}
	if len(turn) == 0 {
		return nil
	}
	// CronJobs start at full minutes. Microseconds differ from run to run.
	first := s.Now().UnixMicro() % int64(len(turn))
	return slices.Concat(turn[first:], turn[:first])
}

// noteTime bounds the time to write the mark of one object.
const noteTime = 10 * time.Second

// noteAll writes the marks of findings with the actions Return and Note. The end of ctx
// is not a failure of each finding.
func (s Sweep) noteAll(ctx context.Context, findings []*Finding) (failures []error) {
	for _, f := range findings {
		ended := ctx.Err() != nil
		if err := f.markFailed(s.note(ctx, f)); err != nil && !ended {
			failures = append(failures, f.failure(err))
		}
	}
	return failures
}

func (s Sweep) note(ctx context.Context, f *Finding) error {
	ctx, cancel := context.WithTimeout(ctx, noteTime)
	defer cancel()
	o := f.Object
	o.Mark.OrphanedAt = time.Time{}
	if f.Action == Note {
		o.Mark.OrphanedAt = s.Now().UTC().Truncate(time.Second)
	}
	return s.Server.Note(ctx, o)
}

// markFailed changes f to Doubt if err is not nil. It returns err.
func (f *Finding) markFailed(err error) error {
	if err != nil {
		f.Action, f.Why = Doubt, string(f.Action)+" failed"
	}
	return err
}

// failure adds the set and the name of the object to err.
func (f *Finding) failure(err error) error {
	return fmt.Errorf("set %.63q: %s: %w", f.Mark.Set, f.Name, err)
}
