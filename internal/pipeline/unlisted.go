package pipeline

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/gitops"
)

// ErrUnknownChange means that nothing shows that a change ever existed.
var ErrUnknownChange = errors.New("unknown change")

// Unlisted describes a change that is neither in the list of the source nor in an entry.
type Unlisted struct {
	generator.Change
	// ID is the ID without a variant.
	ID string
	// Verdict is how the change ended, or has generator.ReasonKind if the change is open
	// and the set does not list its kind.
	generator.Verdict
	// Removal is the newest removal of its entries; nil if it is not known to have had one.
	Removal *gitops.Removal
}

// Unlisted looks up a change that is not in the list of o. Sources report a branch that
// never existed as deleted, so a deleted branch is only known if the history of Git has
// an entry for it. The error is ErrUnknownChange if nothing shows that the change ever
// existed.
func (s *Set) Unlisted(ctx context.Context, o *Outcome, k generator.Key) (Unlisted, error) {
	u := Unlisted{Change: k.Change(), ID: s.idOf(o, k)}
	ending, err := s.Source.Ending(ctx, o.Snapshot.Repository.ID, u.Change)
	switch {
	case k.Kind == generator.PullRequest && o.Snapshot.Repository.ID == "": // only plain Git has no IDs
		return Unlisted{}, fmt.Errorf("%w: the source is plain Git, which has no pull requests: use the source of the forge", ErrUnknownChange)
	case errors.Is(err, generator.ErrNotFound), err == nil && ending == generator.EndingUnknown:
		return Unlisted{}, fmt.Errorf("%w: %s does not know %s, or does not show it to these credentials", ErrUnknownChange, o.Snapshot.Repository.Source(), k)
	case err != nil:
		return Unlisted{}, fmt.Errorf("%s is not in the list, and can't be looked up: %w", k, err)
	case ending == generator.EndingOpen:
		u.Verdict = s.notListed(u.Change)
	default:
		u.Verdict = endingVerdict(ending)
	}
	removal, removed, err := s.removalOf(ctx, o, k)
	//promise:branches-that-never-existed-are-unknown
	if k.Kind == generator.Branch && ending == generator.EndingDeleted && !removed {
		return Unlisted{}, errors.Join(err, fmt.Errorf("%w: %s has no branch %s, and nothing shows that there was one", ErrUnknownChange, o.Snapshot.Repository.Source(), k.Branch))
	}
	if removed {
		u.Removal = &removal
	}
	return u, err
}

// notListed returns the verdict on an open change that is not in the list.
func (s *Set) notListed(c generator.Change) generator.Verdict {
	_, dropped := s.Selection.Filter([]generator.Change{c})
	if len(dropped) == 0 || dropped[0].Reason != generator.ReasonKind {
		return generator.Verdict{Reason: generator.ReasonPending, Detail: "it is new: the next list has it"}
	}
	v := dropped[0].Verdict
	if c.Kind == generator.Branch {
		v.Detail += "; no open pull request has this branch as its head"
	}
	return v
}

// RemovedKey returns the change whose entry had an id, and false if no commit of the
// history removed such an entry or its record can't be read.
func (s *Set) RemovedKey(ctx context.Context, o *Outcome, id string) (generator.Key, bool, error) {
	if s.Overlay == nil {
		return generator.Key{}, false, nil
	}
	removal, _, err := o.state.Removal(ctx, s.inVariants(id)...)
	for _, p := range removal.Pruned {
		switch {
		case p.Preview == nil && err == nil:
			err = fmt.Errorf("the commit %s removed the entry %s, and the server does not send its record: use the name of the branch", removal.Commit, p.ID)
		case p.Preview != nil && s.prunedFrom(ctx, o.Listing, p):
			return p.Preview.Key(), true, err
		}
	}
	return generator.Key{}, false, err
}

// removalOf returns the newest removal of the entries of k, and false for none.
func (s *Set) removalOf(ctx context.Context, o *Outcome, k generator.Key) (r gitops.Removal, ok bool, err error) {
	if s.Overlay == nil {
		return gitops.Removal{}, false, nil
	}
	ids := s.inVariants(s.idOf(o, k))
	if k.Kind == generator.PullRequest {
		r, ok, err = o.state.RemovalOfPullRequest(ctx, k.Number, ids...)
	} else {
		r, ok, err = o.state.Removal(ctx, ids...)
	}
	pruned := len(r.Pruned)
	r.Pruned = slices.DeleteFunc(r.Pruned, func(p gitops.Pruned) bool {
		if p.Preview == nil { // some servers do not send files of older commits
			return !p.IsOf(o.Listing.Repository.ID)
		}
		return !s.prunedFrom(ctx, o.Listing, p) || p.Preview.Key() != k
	})
	if pruned > 0 && len(r.Pruned) == 0 { // of another repository or change
		return gitops.Removal{}, false, err
	}
	return r, ok, err
}

func (s *Set) idOf(o *Outcome, k generator.Key) string {
	return s.subject(generator.Preview{Change: k.Change(), Repository: o.Snapshot.Repository}).ChangeID()
}

// inVariants returns an id without a variant and in each variant of the set.
func (s *Set) inVariants(id string) []string {
	ids := []string{id}
	for _, v := range s.Variants {
		ids = append(ids, id+"-"+v.Name)
	}
	return ids
}
