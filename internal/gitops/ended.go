package gitops

import (
	"context"
	"fmt"

	"github.com/previewset/previewset/generator"
)

// Ended searches the history for the entry id, and returns the reason of its prune
// if the newest change of the entry was a prune, unless that entry was of a repository
// with another ID. A repositoryID of "" matches any ID. It reads only as much of the history as
// necessary, but all of it for an id that never existed.
func (s State) Ended(ctx context.Context, repositoryID, id string) (generator.Reason, bool, error) {
	changed, _, err := s.tree.LastChanged(ctx, s.path, []string{id}, nil)
	if err != nil {
		return "", false, fmt.Errorf("history: %w", err)
	}
	pruned := prunesIn(changed[id], func(name string) bool { return name == id })
	//promise:prunes-end-databases-of-one-repository
	if len(pruned) == 0 || repositoryID != "" && !pruned[0].IsOf(repositoryID) {
		return "", false, nil
	}
	return pruned[0].Reason, true, nil
}
