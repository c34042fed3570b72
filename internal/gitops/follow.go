package gitops

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"

	"github.com/previewset/previewset/generator"
)

// follower is an Application that follows a branch, and has another revision than the entry
// of its preview.
type follower struct {
	path, revision string
	entry          string // revision of the entry
}

// Follow returns apps with the revisions of the entries in s. An Application that follows a
// branch has a newer revision than its entry as soon as anything else is committed. If the
// entry is the same in both commits, Follow replaces the revision of the Application by that
// of the entry. It reads the repository only for revisions that it has not compared yet. On
// an error, it replaces only those that it has compared.
func (r *Repository) Follow(ctx context.Context, s *generator.Snapshot, apps generator.Applications) (generator.Applications, error) {
	asked := followers(s, apps)
	if len(asked) == 0 {
		return apps, nil
	}
	cache := r.cache(s.Set)
	cache.followedMu.Lock()
	defer cache.followedMu.Unlock()
	answers, missing := map[follower]bool{}, map[string][]follower{}
	for _, f := range asked {
		if same, known := cache.followed[f]; known {
			answers[f] = same
		} else {
			missing[f.revision] = append(missing[f.revision], f)
		}
	}
	err := r.compare(ctx, s.Set, missing, answers)
	cache.followed = answers
	apps.ByPath = maps.Clone(apps.ByPath)
	for f, same := range answers {
		if same {
			apps.ByPath[f.path] = f.replaceIn(apps.ByPath[f.path])
		}
	}
	return apps, err
}

func followers(s *generator.Snapshot, apps generator.Applications) (all []follower) {
	for i := range s.Previews {
		p := &s.Previews[i]
		for _, a := range apps.ByPath[p.Path] {
			if !generator.IsCommit(a.Target) && generator.IsCommit(a.Revision) && a.Revision != p.Revision {
				all = append(all, follower{p.Path, a.Revision, p.Revision})
			}
		}
	}
	return all
}

// replaceIn returns all with the revision of the entry in place of that of f.
func (f follower) replaceIn(all []generator.Application) []generator.Application {
	all = slices.Clone(all)
	for i := range all {
		if all[i].Revision == f.revision && !generator.IsCommit(all[i].Target) {
			all[i].Revision = f.entry
		}
	}
	return all
}

// compare adds to answers whether entries are the same in two commits. An entry that was
// changed since the snapshot gets no answer.
func (r *Repository) compare(ctx context.Context, set string, missing map[string][]follower, answers map[follower]bool) error {
	if len(missing) == 0 {
		return nil
	}
	state, err := r.State(ctx, set)
	if err != nil {
		return err
	}
	for revision, all := range missing {
		hashes, err := state.tree.HashesAt(ctx, revision, state.path)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("entries at the commit %s: %w", revision, err)
		}
		for _, f := range all {
			id := path.Base(f.path)
			if entry := state.Entries[id]; entry.Revision == f.entry {
				answers[f] = hashes[id] == entry.Tree
			}
		}
	}
	return nil
}
