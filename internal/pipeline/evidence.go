package pipeline

import (
	"context"
	"fmt"
	"slices"

	"github.com/previewset/previewset/generator"
)

// evidence asks the source what became of changes that left its list, each
// once in a sync.
type evidence struct {
	source  generator.Source
	endings map[generator.Key]generator.Ending
}

func newEvidence(source generator.Source) *evidence {
	return &evidence{source: source, endings: map[generator.Key]generator.Ending{}}
}

// of returns the ending of k, which found does not list. A listing of branches
// that holds the default branch is itself the evidence that others were
// deleted; a pull request is looked up. An error of the source is Unknown:
// what is not known to have ended stays.
func (e *evidence) of(ctx context.Context, k generator.Key, found generator.Listing) (generator.Ending, error) {
	if k.Kind == generator.Branch && listsDefaultBranch(found) {
		return generator.Deleted, nil
	}
	if ending, ok := e.endings[k]; ok {
		return ending, nil
	}
	ending, err := e.source.Ending(ctx, k)
	if err != nil {
		return generator.Unknown, fmt.Errorf("what became of %s: %w", k, err)
	}
	e.endings[k] = ending
	return ending, nil
}

func listsDefaultBranch(l generator.Listing) bool {
	return slices.ContainsFunc(l.Changes, func(c generator.Change) bool {
		return c.Kind == generator.Branch && c.Branch == l.Repository.DefaultBranch
	})
}

func endingVerdict(e generator.Ending) generator.Verdict {
	return generator.Verdict{Reason: generator.Reason(e), Detail: "it is " + string(e)}
}
