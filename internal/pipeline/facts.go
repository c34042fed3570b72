package pipeline

import (
	"context"
	"fmt"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/gitops"
)

// facts are all that the decision of one sync depends on, besides the
// configuration. The stages only read them.
type facts struct {
	inventory
	// repository is the one that was listed, at takenAt.
	repository generator.Repository
	takenAt    time.Time
	// changes are the listed ones. Admitted forks are at their pinned commits, and
	// changes that the rules keep have the fields that Describe adds.
	changes []generator.Change
	// pins are the commits at which forks were admitted, for the next snapshot.
	pins map[generator.Key]string
	// missing are the previews and entries whose change is not listed, each once:
	// as its entry has it, if there is one.
	missing []generator.Preview
	// endings are what happened to those of missing that were looked up.
	endings map[generator.Origin]generator.Ending
	// prior is nil in a process that deletes nothing.
	prior *prior
	now   time.Time
}

// list asks the source for all changes that the selection may keep. The error wraps
// errList.
func (s *Set) list(ctx context.Context) (generator.Listing, error) {
	found, err := s.Source.List(ctx, s.Selection.Query())
	if err != nil {
		return generator.Listing{}, fmt.Errorf("%w: %w", errList, err)
	}
	return found, nil
}

// gather returns the facts at one state of the repository. It reads the history of
// Git for forks whose entries are gone. It asks the source for the details of
// changes that the rules keep, and for the endings of changes that are not listed.
// Which changes these are depends on the selection and the entries, not on a
// stage.
func (s *Set) gather(ctx context.Context, found generator.Listing, previous *generator.Snapshot, state gitops.State) (*facts, error) {
	f := &facts{inventory: newInventory(previous, state, s.Guard), repository: found.Repository, takenAt: found.TakenAt, prior: s.memory.prior}
	changes, pins, err := s.pinForks(ctx, found, previous, state, f.inventory)
	if err != nil {
		return nil, err
	}
	if f.changes, err = s.describe(ctx, changes); err != nil {
		return nil, err
	}
	f.pins, f.now = pins, s.Now()
	f.missing = f.missingFrom(found)
	f.endings = s.findEndings(ctx, found, f)
	return f, nil
}

// describe returns changes, with details for those that the rules keep: a source
// may need a request for each. The rules do not use these details (dates and
// authors).
func (s *Set) describe(ctx context.Context, changes []generator.Change) ([]generator.Change, error) {
	describer, ok := s.Source.(generator.Describer)
	if !ok {
		return changes, nil
	}
	kept, dropped := s.Selection.Filter(changes)
	described, err := describer.Describe(ctx, kept)
	if err != nil {
		return nil, fmt.Errorf("%w: describe: %w", errList, err)
	}
	all := make([]generator.Change, 0, len(changes))
	all = append(all, described...)
	for _, d := range dropped {
		all = append(all, d.Change)
	}
	return all, nil
}
