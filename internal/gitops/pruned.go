package gitops

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/previewset/previewset/generator"
)

// Pruned is a deleted entry, as its prune commit describes it.
type Pruned struct {
	Reason generator.Reason
	// Head is the commit of the entry's change.
	Head string
	// RepositoryID is the recorded ID of the repository; "" if there was none.
	RepositoryID string
}

// isOf reports whether the entry was of the repository with this ID. Without a recorded
// ID, it was of the only repository that the set is known to have had.
func (p Pruned) isOf(repositoryID string) bool {
	//promise:pins-are-of-one-repository
	return p.RepositoryID == "" || p.RepositoryID == repositoryID
}

// pruneTrailer and repositoryTrailer match the trailers of Step.trailer.
var (
	pruneTrailer      = regexp.MustCompile(`(?m)^Previewset-Prune: (\S+) reason=(\S+) head=([0-9a-f]{40})$`)
	repositoryTrailer = regexp.MustCompile(`(?m)^Previewset-Repository: (\S+) (\S+)$`)
)

// Pruned finds the newest commit that changed an entry of a pull request, in any
// variant that ever existed, and returns the entries of the repository with this ID that
// the commit pruned. It returns none if that commit was not a prune. It reads only as much of the history
// as necessary, but all of it for a pull request that never had an entry.
func (s State) Pruned(ctx context.Context, repositoryID string, number int64) ([]Pruned, error) {
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
	pruned := prunesIn(changed.Message, match)
	return slices.DeleteFunc(pruned, func(p Pruned) bool { return !p.isOf(repositoryID) }), nil
}

// prunesIn returns the matching entries that a commit with this message pruned.
func prunesIn(message string, match func(id string) bool) (all []Pruned) {
	repositories := map[string]string{}
	for _, found := range repositoryTrailer.FindAllStringSubmatch(message, -1) {
		repositories[found[1]] = found[2]
	}
	for _, found := range pruneTrailer.FindAllStringSubmatch(message, -1) {
		if match(found[1]) {
			all = append(all, Pruned{Reason: generator.Reason(found[2]), Head: found[3], RepositoryID: repositories[found[1]]})
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
