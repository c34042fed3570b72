package git

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/gitrepo"
)

// Describe fills in Author and UpdatedAt of branches from their head commits: the author
// name and the commit time. CreatedAt stays zero, because Git does not record when a
// branch was created. If the server cannot send commits without their files, Describe
// returns changes unmodified.
//
// A server sends only commits that are still the tips of branches. Describe does not
// modify a branch that has changed since List.
func (s *Source) Describe(ctx context.Context, changes []generator.Change) ([]generator.Change, error) {
	described := slices.Clone(changes)
	err := s.loadMissing(ctx, changes)
	if errors.Is(err, gitrepo.ErrNoFilter) {
		return described, nil
	}
	if err != nil {
		return nil, s.fail(err)
	}
	for i := range described {
		if info, ok := s.commits.get(described[i].HeadSHA); ok {
			describe(&described[i], info)
		}
	}
	return described, nil
}

func describe(c *generator.Change, info gitrepo.CommitInfo) {
	if c.Kind != generator.Branch {
		return
	}
	if c.Author == "" {
		c.Author = info.AuthorName
	}
	if c.UpdatedAt.IsZero() {
		c.UpdatedAt = info.CommittedAt
	}
}

// loadMissing loads the head commits of changes that are not in the cache. Only one
// caller loads at a time, so that concurrent callers cause one request.
func (s *Source) loadMissing(ctx context.Context, changes []generator.Change) error {
	s.loading.Lock()
	defer s.loading.Unlock()
	if missing := s.commits.missing(changes); len(missing) > 0 {
		return s.load(ctx, missing)
	}
	return nil
}

func (s *Source) load(ctx context.Context, shas []string) error {
	infos, err := s.remote.Commits(ctx, shas)
	if err != nil {
		// The request fails if one branch has moved. Retry with those that have not.
		shas, refsErr := s.filterTips(ctx, shas)
		if refsErr != nil {
			return errors.Join(err, refsErr)
		}
		if len(shas) == 0 {
			return nil
		}
		if infos, err = s.remote.Commits(ctx, shas); err != nil {
			return err
		}
	}
	s.commits.add(infos)
	return nil
}

// filterTips returns the commits that are tips of branches now.
func (s *Source) filterTips(ctx context.Context, shas []string) ([]string, error) {
	refs, err := s.remote.Refs(ctx)
	if err != nil {
		return nil, err
	}
	tips := make(map[string]bool, len(refs.Branches))
	for _, sha := range refs.Branches {
		tips[sha] = true
	}
	var remaining []string
	for _, sha := range shas {
		if tips[sha] {
			remaining = append(remaining, sha)
		}
	}
	return remaining, nil
}

// commitCache caches the head commits of branches, which never change.
type commitCache struct {
	mu    sync.Mutex
	infos map[string]gitrepo.CommitInfo
}

func (c *commitCache) get(sha string) (gitrepo.CommitInfo, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	info, ok := c.infos[sha]
	return info, ok
}

func (c *commitCache) add(infos map[string]gitrepo.CommitInfo) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.infos == nil {
		c.infos = make(map[string]gitrepo.CommitInfo, len(infos))
	}
	for sha, info := range infos {
		info.Message = "" // not needed, and of unbounded length
		c.infos[sha] = info
	}
}

// retain forgets the commits that are not the head of a branch, to bound the memory.
func (c *commitCache) retain(branches map[string]string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	heads := make(map[string]gitrepo.CommitInfo, len(c.infos))
	for _, sha := range branches {
		if info, ok := c.infos[sha]; ok {
			heads[sha] = info
		}
	}
	c.infos = heads
}

// missing returns the heads of branches that are not in the cache, without duplicates.
func (c *commitCache) missing(changes []generator.Change) []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	seen := map[string]bool{}
	var missing []string
	for _, change := range changes {
		sha := change.HeadSHA
		if _, ok := c.infos[sha]; ok || seen[sha] || change.Kind != generator.Branch {
			continue
		}
		seen[sha] = true
		missing = append(missing, sha)
	}
	return missing
}
