package gitea

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/rest"
)

const (
	maxLookups    = 200 // of commits, in one Describe
	lookupsAtOnce = 4
)

// Describe implements generator.Describer. It fills in when the head commit of
// a branch was committed, as UpdatedAt. CreatedAt stays zero, for a branch has
// no time of creation.
//
// At most 200 commits are looked up in one call; changes past that stay as they
// are until the next call, as do those whose commit is gone. With an error come
// the changes as far as they could be described.
func (s *Source) Describe(ctx context.Context, changes []generator.Change) ([]generator.Change, error) {
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	described := slices.Clone(changes)
	err := s.lookUp(ctx, s.commits.unknown(described))
	s.commits.fillIn(described)
	if err != nil {
		return described, s.fail("read the branches' commits", err)
	}
	return described, nil
}

// lookUp puts commits into s.commits. The first error ends it.
func (s *Source) lookUp(ctx context.Context, ids []string) error {
	group, each := errgroup.WithContext(ctx)
	group.SetLimit(lookupsAtOnce)
	r, err := s.reader(each)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if each.Err() != nil {
			break
		}
		group.Go(func() error { return r.lookUpOne(id) })
	}
	if err := group.Wait(); err != nil {
		return err
	}
	return ctx.Err() // where it ended before the first look-up
}

func (r reader) lookUpOne(id string) error {
	got, _, err := r.client.GetSingleCommit(r.owner, r.repo, id)
	if err != nil {
		// The branch moved on and the commit is gone: not worth an error.
		if errors.Is(err, generator.ErrNotFound) {
			return nil
		}
		return err
	}
	if got == nil || got.CommitMeta == nil || got.SHA != id || got.RepoCommit == nil || got.RepoCommit.Committer == nil {
		return rest.Incomplete("the answer is not commit %s", id)
	}
	committed, err := time.Parse(time.RFC3339, got.RepoCommit.Committer.Date)
	if err != nil {
		return err
	}
	r.commits.put(id, committed)
	return nil
}

// commits remembers when the heads of branches were committed, which never
// changes.
type commits struct {
	mu        sync.Mutex
	committed map[string]time.Time // by id
}

func newCommits() *commits { return &commits{committed: map[string]time.Time{}} }

func (c *commits) put(id string, committed time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.committed[id] = committed
}

// retain forgets commits that are the head of no branch, which bounds what is
// remembered.
func (c *commits) retain(branches []generator.Change) {
	heads := make(map[string]time.Time, len(branches))
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, b := range branches {
		if at, ok := c.committed[b.HeadSHA]; ok {
			heads[b.HeadSHA] = at
		}
	}
	c.committed = heads
}

// unknown returns the commits to look up, each once and no more than
// maxLookups.
func (c *commits) unknown(changes []generator.Change) []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var ids []string
	asked := map[string]bool{}
	for _, change := range changes {
		id := change.HeadSHA
		if _, known := c.committed[id]; known || asked[id] || !wanting(change) {
			continue
		}
		if len(ids) == maxLookups {
			break
		}
		asked[id] = true
		ids = append(ids, id)
	}
	return ids
}

func (c *commits) fillIn(changes []generator.Change) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := range changes {
		if at, ok := c.committed[changes[i].HeadSHA]; ok && wanting(changes[i]) {
			changes[i].UpdatedAt = at
		}
	}
}

// wanting reports whether a change is one that Describe can tell more of.
func wanting(c generator.Change) bool {
	return c.Kind == generator.Branch && c.UpdatedAt.IsZero() && commitID.MatchString(c.HeadSHA)
}
