package pipeline

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"

	"github.com/previewset/previewset/generator"
)

// maxDoubts is how many lookups of one sync may find no ending before the rest
// waits for the next sync. A forge that has lost its list for a moment must not be
// asked for each of a thousand pull requests, at every poll.
const maxDoubts = 10

// findEndings returns what happened to the changes of f.missing. It leaves out
// those of another repository, which the source can't look up, and those that the
// configuration no longer asks for, unless the guard holds their preview.
func (s *Set) findEndings(ctx context.Context, found generator.Listing, f *facts) map[generator.Origin]generator.Ending {
	var of []generator.Preview
	var keys []generator.Key // each once, for all variants
	asked := map[generator.Key]bool{}
	for _, p := range f.missing {
		if v := s.unselected(p, f.repository); v.Reason == generator.ReasonSource || !v.Kept() && !f.held(p) {
			continue
		}
		of = append(of, p)
		if k := p.Key(); !asked[k] {
			asked[k], keys = true, append(keys, k)
		}
	}
	known := &evidence{source: s.Source, log: s.Log}
	endings, all := known.of(ctx, keys, found), map[generator.Origin]generator.Ending{}
	for _, p := range of {
		all[p.Origin()] = endings[p.Key()]
	}
	return all
}

// evidence asks the source what happened to changes that left its list. It is for
// one state of the repository: what somebody has written since may be for a
// change that was opened again.
type evidence struct {
	source generator.Source
	log    *slog.Logger
	doubts int
}

// of returns what happened to these changes, which found does not list. A ref
// advertisement that holds the default branch is itself the evidence that other
// branches were deleted; all else is looked up. A change that is not known to have
// ended is Unknown or not in the result: its preview stays.
func (e *evidence) of(ctx context.Context, keys []generator.Key, found generator.Listing) map[generator.Key]generator.Ending {
	// The order differs between syncs: changes whose ending is never known must not
	// use up the lookups of every sync.
	order := rand.New(rand.NewPCG(uint64(found.TakenAt.UnixNano()), 0)).Perm(len(keys)) //nolint:gosec // no secret is made of it
	complete := found.Refs && listsDefaultBranch(found)
	endings := make(map[generator.Key]generator.Ending, len(keys))
	for _, i := range order {
		k := keys[i]
		if k.Kind == generator.Branch && complete {
			endings[k] = generator.EndingDeleted
		} else if e.doubts < maxDoubts {
			endings[k] = e.ask(ctx, k)
		}
	}
	return endings
}

func (e *evidence) ask(ctx context.Context, k generator.Key) generator.Ending {
	ending, err := e.source.Ending(ctx, k)
	if err != nil {
		ending = generator.EndingUnknown
		e.log.WarnContext(ctx, "a change left the list and can't be looked up: its preview stays", "change", k.String(), "error", err)
	}
	if !ending.Ended() {
		e.doubts++
	}
	return ending
}

func listsDefaultBranch(l generator.Listing) bool {
	return slices.ContainsFunc(l.Changes, func(c generator.Change) bool {
		return c.Kind == generator.Branch && c.Branch == l.Repository.DefaultBranch
	})
}

func endingVerdict(e generator.Ending) generator.Verdict {
	return generator.Verdict{Reason: generator.Reason(e), Detail: fmt.Sprintf("it is %s", e)}
}
