package database

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"
)

// markTime is the time after the patience of a Drop in which it writes the mark.
const markTime = 10 * time.Second

// errNoTime is the reason why a sweep does not try to drop an object.
var errNoTime = errors.New("not tried, because the time of the sweep (--timeout) was over")

// Patience returns the patience of one Drop with ctx: DropPatience, or less if ctx ends
// earlier, so that Drop has time to write the mark.
func Patience(ctx context.Context) time.Duration { return min(DropPatience, dropTime(ctx)) }

// dropTime returns the time of ctx without the time that the last drop needs to write
// the mark.
func dropTime(ctx context.Context) time.Duration {
	end, ok := ctx.Deadline()
	if !ok {
		return math.MaxInt64
	}
	left := time.Until(end)
	return left - min(markTime, left/2)
}

// dropAll drops the objects of findings, or marks the findings as Dropping.
//
// All drops of a sweep have the same patience: an object that always gets a shorter one
// could fail in each sweep. A third of the time is enough for a second object if the
// first can't be dropped.
func (s Sweep) dropAll(ctx context.Context, findings []*Finding) (failures []error) {
	sortByAttempt(findings)
	patience := min(DropPatience, dropTime(ctx)/3)
	left := 0
	for _, f := range findings {
		if ctx.Err() != nil || dropTime(ctx) < patience {
			f.markDropping(cmp.Or(ctx.Err(), errNoTime))
		} else if err := s.drop(ctx, f, patience); err != nil {
			failures = append(failures, f.failure(err))
		}
		if f.Action == Dropping {
			left++
		}
	}
	if left > 0 {
		failures = append(failures, fmt.Errorf("%w: %d of %s: the next sweep continues", ErrDropping, left, counted(len(findings), "database")), ctx.Err())
	}
	return failures
}

// sortByAttempt sorts all findings but the first by the last attempt to drop the object.
// Those without an attempt precede the others. Equal ones keep their order.
//
// If Drop can't write marks, the same objects can precede others in each sweep. These
// others are dropped when inTurn chooses them as the first.
func sortByAttempt(findings []*Finding) {
	//promise:stuck-drops-starve-no-others
	if len(findings) == 0 {
		return
	}
	slices.SortStableFunc(findings[1:], func(a, b *Finding) int { return a.Mark.DroppingAt.Compare(b.Mark.DroppingAt) })
}

// drop removes an object, unless its mark has changed: if a preview opens again, Create
// reuses the object. The error is not ErrDropping.
func (s Sweep) drop(ctx context.Context, f *Finding, patience time.Duration) error {
	s.Progress("dropping %s of %s", f.Name, f.Mark.owner())
	bounded, cancel := context.WithTimeout(ctx, patience+markTime)
	defer cancel()
	_, err := s.Server.Drop(bounded, f.Name, f.Mark, patience)
	switch {
	case errors.Is(err, ErrChanged):
		f.Action, f.Why = Doubt, ErrChanged.Error()
		return nil
	case errors.Is(err, ErrDropping):
		f.markDropping(err)
		return nil
	case err != nil && bounded.Err() != nil:
		f.markDropping(fmt.Errorf("the server did not end the drop: %w", err))
		return nil
	}
	return f.markFailed(err)
}

// markDropping changes f to Dropping, because of err.
func (f *Finding) markDropping(err error) {
	if f.Mark.DroppingAt.IsZero() {
		f.Why += ", since " + utc(f.Mark.OrphanedAt)
	}
	f.Action, f.Why = Dropping, f.Why+": "+err.Error()
}
