package pipeline

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"slices"

	"github.com/previewset/previewset/generator"
)

// maxUnknown bounds the lookups of one sync that find no ending: those for damaged entries,
// and those for other previews. The other lookups wait for the next sync: if a forge
// temporarily returns an empty list, previewset must not look up each of a thousand pull
// requests at every poll.
const maxUnknown = 10

// findEndings sets the endings of the changes of f.missing. It leaves out changes
// of another repository, which the source can't look up, and changes that the
// configuration no longer selects, unless the guard holds their preview.
func (s *Set) findEndings(ctx context.Context, found generator.Listing, f *facts) {
	var previews []generator.Preview
	// Each once, for all variants. Those of damaged entries have lookups of their own: without
	// evidence about all of them, the set gets no first answer, and others must not use it up.
	var changes, damaged []generator.Change
	isDamaged := map[generator.Key]bool{}
	for _, p := range f.damagedPreviews() {
		isDamaged[p.Key()] = true
	}
	seen := map[generator.Key]bool{}
	for _, p := range f.missing {
		if p.Repository.Identity() != f.repository.Identity() {
			continue
		}
		if v := s.unselected(f, p); !v.Kept() && !f.held(p) {
			continue
		}
		previews = append(previews, p)
		switch k := p.Key(); {
		case seen[k]:
			continue
		case isDamaged[k]:
			damaged = append(damaged, p.Change)
		default:
			changes = append(changes, p.Change)
		}
		seen[p.Key()] = true
	}
	lookups := &evidence{source: s.Source, log: s.Log, failed: map[generator.Key]error{}}
	endings := lookups.lookup(ctx, damaged, found)
	lookups.unknown = 0
	maps.Copy(endings, lookups.lookup(ctx, changes, found))
	f.endings, f.lookupErrors, f.lookupsLeft = map[generator.Origin]generator.Ending{}, lookups.failed, lookups.left
	for _, p := range previews {
		f.endings[p.Origin()] = endings[p.Key()]
	}
}

// evidence looks up the endings of changes that are no longer listed. It is valid for
// one state of the repository: an entry that was written later may be for a change
// that was reopened.
type evidence struct {
	source  generator.Source
	log     *slog.Logger
	unknown int // lookups without an ending
	failed  map[generator.Key]error
	left    bool // maxUnknown is reached, and a change was not looked up
}

// lookup returns the endings of these changes, which found does not list. A ref
// advertisement that contains the default branch is itself evidence that the missing
// branches were deleted. All other changes are looked up. A change without a known
// ending is EndingUnknown or not in the result, and its preview stays.
func (e *evidence) lookup(ctx context.Context, changes []generator.Change, found generator.Listing) map[generator.Key]generator.Ending {
	// The order differs between syncs, so that changes whose ending is never known do
	// not use up the lookups of every sync.
	order := rand.New(rand.NewPCG(uint64(found.TakenAt.UnixNano()), 0)).Perm(len(changes)) //nolint:gosec // no secret is made of it
	complete := found.Refs && listsDefaultBranch(found)
	endings := make(map[generator.Key]generator.Ending, len(changes))
	for _, i := range order {
		k := changes[i].Key()
		switch {
		case k.Kind == generator.Branch && complete:
			endings[k] = generator.EndingDeleted
		case e.unknown < maxUnknown:
			endings[k] = e.lookupOne(ctx, found.Repository.ID, changes[i])
		default:
			e.left = true
		}
	}
	return endings
}

func (e *evidence) lookupOne(ctx context.Context, repositoryID string, recorded generator.Change) generator.Ending {
	ending, err := e.source.Ending(ctx, repositoryID, recorded)
	if err != nil {
		//promise:failed-lookups-are-no-evidence
		ending = generator.EndingUnknown
		e.failed[recorded.Key()] = err
		e.log.DebugContext(ctx, "a change is no longer listed and can't be looked up: its preview stays", "change", recorded.Key().String(), "error", err)
	}
	if !ending.Ended() {
		e.unknown++
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
