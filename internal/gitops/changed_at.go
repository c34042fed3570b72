package gitops

import (
	"context"
	"fmt"
	"path"
	"time"

	"github.com/previewset/previewset/internal/gitrepo"
)

// maxFaulty bounds the files whose history ChangedAt reads.
const maxFaulty = 10

// ChangedAt returns, for each of the first maxFaulty files or directories, the time of the
// newest commit that changed it. Paths that no commit ever had, and files of entries, have no
// time.
func (r *Repository) ChangedAt(ctx context.Context, s State, paths []string) (map[string]time.Time, error) {
	cache := r.cache(s.Set)
	cache.busy.Lock()
	defer cache.busy.Unlock()
	known := cache.faulty
	cache.faulty = map[string]*gitrepo.History{}
	times := map[string]time.Time{}
	for _, p := range paths[:min(len(paths), maxFaulty)] {
		changed, history, err := s.tree.LastChanged(ctx, path.Dir(p), []string{path.Base(p)}, known[p])
		if err != nil {
			return nil, fmt.Errorf("history of %s: %w", p, err)
		}
		cache.faulty[p] = history
		if change, ok := changed[path.Base(p)]; ok {
			times[p] = change.CommittedAt
		}
	}
	return times, nil
}
