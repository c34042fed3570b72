package pipeline

import (
	"context"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/gitops"
)

// stage decides on candidates, from the facts and the configuration alone. It does no
// I/O, and adds and removes no candidate. An error stops the sync.
type stage func(*facts, []*candidate) error

// stages returns the stages in their order. The last two bound the removals of the
// others. A stage after them could remove previews or entries without a check.
func (s *Set) stages() []stage {
	return []stage{
		s.keepUnreadable,
		s.selectChanges,
		s.dropVariants,
		s.restore,
		s.judgeMissing,
		s.assignNames,
		s.settleNames,
		//promise:guard-checks-all-removals
		s.guardRemovals,
		//promise:newer-entries-stay
		s.keepNewer,
	}
}

// decide gathers the facts at one state of the repository and returns the decision of
// the stages.
func (s *Set) decide(ctx context.Context, found generator.Listing, in Input, state gitops.State) (*decision, error) {
	f, err := s.gather(ctx, found, in, state)
	if err != nil {
		return nil, err
	}
	all := s.candidates(f)
	for _, judge := range s.stages() {
		if err := judge(f, all); err != nil {
			return nil, err
		}
	}
	return s.newDecision(f, all), nil
}
