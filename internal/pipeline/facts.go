package pipeline

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/gitops"
)

// facts are the inputs of the decision of one sync, except the configuration. The
// stages only read them.
type facts struct {
	inventory
	forks
	// repository was listed at takenAt.
	repository generator.Repository
	takenAt    time.Time
	// formerNames are those of the repository.
	formerNames repositoryNames
	// changes are the listed changes. Admitted forks are at their pinned commits, and
	// all others at their heads. Changes that the rules keep have the fields that
	// Describe adds. Facts that the source did not return are those of earlier syncs.
	changes []generator.Change
	// unreadable are the listed changes that could not be read.
	unreadable []generator.Unreadable
	// missing are the previews and entries whose change is not listed, each once. If
	// there is an entry, the preview is as its entry records it.
	missing []generator.Preview
	// endings are the results of the lookups for missing.
	endings map[generator.Origin]generator.Ending
	// lookupErrors are the errors of lookups that failed.
	lookupErrors map[generator.Key]error
	// lookupsLeft is true if some of missing were not looked up.
	lookupsLeft bool
	// verdicts are the verdicts of the selection on changes that it does not keep.
	verdicts map[generator.Key]generator.Verdict
	// routine are the removals that count toward generator.Guard.AtLeast.
	routine routineRemovals
	// prior is nil in a process that deletes nothing.
	prior *prior
	// unrecorded is gitops.State.Unrecorded.
	unrecorded map[string]string
	now        time.Time
	// warnings are in any order.
	warnings []generator.Warning
}

// list reads all changes that the selection may keep from the source. The error wraps
// errList.
func (s *Set) list(ctx context.Context) (generator.Listing, error) {
	found, err := s.Source.List(ctx, s.Selection.Query())
	//promise:failed-lists-stop-the-sync
	if err != nil {
		return generator.Listing{}, fmt.Errorf("%w: %w", errList, err)
	}
	return found, nil
}

// gather returns the facts at one state of the repository. It reads the history of
// Git for forks whose entries were deleted. It reads from the source the details of
// changes that the rules keep, and the endings of changes that are not listed.
// Which changes these are depends on the selection and the entries, but not on a
// stage.
func (s *Set) gather(ctx context.Context, found generator.Listing, in Input, state gitops.State) (*facts, error) {
	f, err := s.takeInventory(ctx, found, in, state)
	if err != nil {
		return nil, err
	}
	found.Repository = f.repository
	s.recognizeGitOps(found, state)
	changes, forks, err := s.pinForks(ctx, found, in, state, f.inventory)
	if err != nil {
		return nil, err
	}
	selection := s.selection(f.repository)
	if changes, err = s.describe(ctx, changes, selection); err != nil {
		return nil, err
	}
	//promise:unknown-facts-replace-none
	changes = f.recall(changes, f.repository)
	f.changes, f.unreadable = changes, found.Unreadable
	f.warnings = slices.Concat(f.warnings, s.Selection.Warnings(found.Undated), s.Namer.Warnings(), f.unproven(), unreadableWarnings(found.Unreadable), forks.unread)
	f.forks, f.now = forks, s.Now()
	f.verdicts = s.verdicts(f, selection)
	if f.routine, err = s.routineRemovals(ctx, f, in.Previous, state); err != nil {
		return nil, err
	}
	f.missing = f.missingFrom(found)
	s.findEndings(ctx, found, f)
	return f, nil
}

// takeInventory returns the facts about the last snapshot and the entries. The error is
// generator.ErrOtherRepository if found is not about their previews.
func (s *Set) takeInventory(ctx context.Context, found generator.Listing, in Input, state gitops.State) (*facts, error) {
	recorded := state.Known()
	found.Repository.DefaultBranch = recallDefaultBranch(found, recorded)
	if err := s.identify(ctx, found, recorded, 0); err != nil {
		return nil, err
	}
	f := &facts{
		inventory: newInventory(in.Previous, state, recorded, s.Guard), repository: found.Repository, takenAt: found.TakenAt,
		formerNames: formerNames(found.Repository, recorded), prior: s.memory.prior, unrecorded: state.Unrecorded(),
	}
	previews := addDamaged(f, state)
	//promise:first-answers-have-entries-without-a-record
	if in.Previous == nil && in.Permissions.Write {
		former, err := addFormer(ctx, f, state)
		if err != nil {
			return nil, err
		}
		previews = append(previews, former...)
	}
	if err := s.identifyDamaged(ctx, found, previews, f); err != nil {
		return nil, err
	}
	return f, checkReplaced(found, slices.Concat(f.recorded, f.before, f.damagedPreviews()))
}

// describe adds details to the changes that the rules keep, because a source may need
// a request for each. The rules do not use these details, which are dates and
// authors.
func (s *Set) describe(ctx context.Context, changes []generator.Change, selection generator.Selection) ([]generator.Change, error) {
	describer, ok := s.Source.(generator.Describer)
	if !ok {
		return changes, nil
	}
	kept, dropped := selection.Filter(changes)
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
