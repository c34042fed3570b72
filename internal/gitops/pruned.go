package gitops

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"github.com/previewset/previewset/generator"
)

// Pruned is an entry that was deleted, as the commit that did so says.
type Pruned struct {
	Reason generator.Reason
	// Head is the commit of the change that the entry was for.
	Head string
}

// pruneTrailer is as Step writes it.
var pruneTrailer = regexp.MustCompile(`(?m)^Previewset-Prune: (\S+) reason=(\S+) head=([0-9a-f]{40})$`)

// Pruned looks in the history for the entries of a pull request, of every variant
// that ever was, and returns those that the newest commit pruned which changed
// one of them; none, where that was no prune. It reads as much of the history as
// that needs: all of it, for a pull request that never had an entry.
func (s State) Pruned(ctx context.Context, number int64) ([]Pruned, error) {
	id := fmt.Sprintf("pr-%d", number)
	is := func(name string) bool { return name == id || strings.HasPrefix(name, id+"-") }
	changed, ok, err := s.tree.LastChangedOf(ctx, s.path, is)
	if err != nil {
		return nil, fmt.Errorf("history: %w", err)
	}
	if !ok {
		return nil, nil
	}
	return prunesIn(changed.Message, is), nil
}

// prunesIn returns the entries that a commit with this message pruned, of those
// whose id is one that is accepts.
func prunesIn(message string, match func(id string) bool) (all []Pruned) {
	for _, found := range pruneTrailer.FindAllStringSubmatch(message, -1) {
		if match(found[1]) {
			all = append(all, Pruned{Reason: generator.Reason(found[2]), Head: found[3]})
		}
	}
	return all
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
