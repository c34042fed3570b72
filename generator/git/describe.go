package git

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/gitrepo"
)

// maxCommits bounds how many head commits are remembered.
const maxCommits = 10_000

// Describe fills in of branches what their head commits say: its author, and
// as UpdatedAt when it was committed. When a branch was made, Git does not
// know. A server that can't give commits without their files leaves everything
// as it is.
//
// The head commits must still be the tips of branches: a branch that moved
// since List is left as it is.
func (s *Source) Describe(ctx context.Context, changes []generator.Change) ([]generator.Change, error) {
	described := slices.Clone(changes)
	err := s.learnMissing(ctx, changes)
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

// learnMissing makes the head commits of changes known. Callers take turns, so
// that many who ask at once cost one request.
func (s *Source) learnMissing(ctx context.Context, changes []generator.Change) error {
	s.learning.Lock()
	defer s.learning.Unlock()
	if missing := s.commits.missing(changes); len(missing) > 0 {
		return s.learn(ctx, missing)
	}
	return nil
}

func (s *Source) learn(ctx context.Context, shas []string) error {
	infos, err := s.remote.Commits(ctx, shas)
	if err != nil {
		// One branch that moved spoils the request. See which are still tips.
		shas, refsErr := s.stillTips(ctx, shas)
		if refsErr != nil || len(shas) == 0 {
			return errors.Join(err, refsErr)
		}
		if infos, err = s.remote.Commits(ctx, shas); err != nil {
			return err
		}
	}
	s.commits.add(infos)
	return nil
}

func (s *Source) stillTips(ctx context.Context, shas []string) ([]string, error) {
	refs, err := s.remote.Refs(ctx)
	if err != nil {
		return nil, err
	}
	tips := make(map[string]bool, len(refs.Branches))
	for _, sha := range refs.Branches {
		tips[sha] = true
	}
	var still []string
	for _, sha := range shas {
		if tips[sha] {
			still = append(still, sha)
		}
	}
	return still, nil
}

// commitCache remembers commits, which never change. It forgets all at once:
// what is still a head is learnt again with one request.
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
	if c.infos == nil || len(c.infos)+len(infos) > maxCommits {
		c.infos = make(map[string]gitrepo.CommitInfo, len(infos))
	}
	for sha, info := range infos {
		info.Message = "" // not needed, and as long as it likes
		c.infos[sha] = info
	}
}

// missing returns the heads of branches that are not known, each once.
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
