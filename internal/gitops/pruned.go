package gitops

import (
	"context"
	"fmt"
	"regexp"

	"github.com/previewset/previewset/generator"
)

// Pruned is an entry that is no more, as the commit that deleted it tells.
type Pruned struct {
	Reason generator.Reason
	// Head is the commit of the change that the entry was for.
	Head string
}

// pruneTrailer is as Step writes it.
var pruneTrailer = regexp.MustCompile(`(?m)^Previewset-Prune: (\S+) reason=(\S+) head=([0-9a-f]{40})$`)

// Pruned looks in the history for the entry id, and reports whether a prune was
// what deleted it last. It reads as much of the history as that needs: all of
// it, for an id that never was.
func (s State) Pruned(ctx context.Context, id string) (Pruned, bool, error) {
	changed, _, err := s.tree.LastChanged(ctx, s.path, []string{id}, nil)
	if err != nil {
		return Pruned{}, false, fmt.Errorf("history: %w", err)
	}
	for _, found := range pruneTrailer.FindAllStringSubmatch(changed[id].Message, -1) {
		if found[1] == id {
			return Pruned{Reason: generator.Reason(found[2]), Head: found[3]}, true, nil
		}
	}
	return Pruned{}, false, nil
}

// HadRecord reports whether the directory id, which is no entry, was one once.
func (s State) HadRecord(ctx context.Context, id string) (bool, error) {
	dir := s.path + "/" + id
	changed, _, err := s.tree.LastChanged(ctx, dir, []string{RecordFile}, nil)
	if err != nil {
		return false, fmt.Errorf("history of %s: %w", dir, err)
	}
	_, had := changed[RecordFile]
	return had, nil
}
