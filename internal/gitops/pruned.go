package gitops

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"github.com/previewset/previewset/generator"
)

// Pruned is a deleted entry, as its prune commit describes it.
type Pruned struct {
	Reason generator.Reason
	// Head is the commit of the entry's change.
	Head string
}

// pruneTrailer matches the trailer of Step.trailer.
var pruneTrailer = regexp.MustCompile(`(?m)^Previewset-Prune: (\S+) reason=(\S+) head=([0-9a-f]{40})$`)

// Pruned finds the newest commit that changed an entry of a pull request, in any
// variant that ever existed, and returns the entries that this commit pruned. It
// returns none if that commit was not a prune. It reads only as much of the history
// as necessary, but all of it for a pull request that never had an entry.
func (s State) Pruned(ctx context.Context, number int64) ([]Pruned, error) {
	id := fmt.Sprintf("pr-%d", number)
	//promise:pins-are-found-for-every-variant
	match := func(name string) bool { return name == id || strings.HasPrefix(name, id+"-") }
	changed, ok, err := s.tree.LastChangedOf(ctx, s.path, match)
	if err != nil {
		return nil, fmt.Errorf("history: %w", err)
	}
	if !ok {
		return nil, nil
	}
	return prunesIn(changed.Message, match), nil
}

// prunesIn returns the matching entries that a commit with this message pruned.
func prunesIn(message string, match func(id string) bool) (all []Pruned) {
	for _, found := range pruneTrailer.FindAllStringSubmatch(message, -1) {
		if match(found[1]) {
			all = append(all, Pruned{Reason: generator.Reason(found[2]), Head: found[3]})
		}
	}
	return all
}

// HadRecord reports whether the directory id ever contained a record.
func (s State) HadRecord(ctx context.Context, id string) (bool, error) {
	dir := s.path + "/" + id
	changed, _, err := s.tree.LastChanged(ctx, dir, []string{RecordFile}, nil)
	if err != nil {
		return false, fmt.Errorf("history of %s: %w", dir, err)
	}
	_, had := changed[RecordFile]
	return had, nil
}
