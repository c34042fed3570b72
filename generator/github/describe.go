package github

import (
	"context"
	"errors"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/rest"
)

const (
	maxLookups     = 200 // of commits, in one Describe
	lookupsAtOnce  = 4
	maxKnownCommit = 10_000
)

// commits remembers commits by their id. They never change.
type commits struct {
	*lru[string, commit]
}

type commit struct {
	author    string
	committed time.Time
}

func newCommits() *commits {
	return &commits{newLRU[string](maxKnownCommit, maxKnownCommit, func(commit) int { return 1 })}
}

// Describe implements generator.Describer. It fills in the author and the time
// of the head commit of branches: UpdatedAt is when it was committed. CreatedAt
// stays zero, for a branch has no time of creation.
//
// At most 200 commits are looked up in one call; changes past that stay as they
// are until the next call, as do those whose commit is gone. With an error come
// the changes as far as they could be described.
func (s *Source) Describe(ctx context.Context, changes []generator.Change) ([]generator.Change, error) {
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	described := slices.Clone(changes)
	err := s.lookUp(ctx, s.unknown(described))
	for i := range described {
		if c, ok := s.commits.get(described[i].HeadSHA); ok && wanting(described[i]) {
			describe(&described[i], c)
		}
	}
	if err != nil {
		return described, s.fail("read the branches' commits", err)
	}
	return described, nil
}

// wanting reports whether a change is one that Describe can tell more of.
func wanting(c generator.Change) bool {
	return c.Kind == generator.Branch && (c.UpdatedAt.IsZero() || c.Author == "") && commitID.MatchString(c.HeadSHA)
}

func describe(c *generator.Change, with commit) {
	if c.Author == "" {
		c.Author = with.author
	}
	if c.UpdatedAt.IsZero() {
		c.UpdatedAt = with.committed
	}
}

// unknown returns the commits to look up, each once and no more than
// maxLookups.
func (s *Source) unknown(changes []generator.Change) []string {
	var ids []string
	asked := map[string]bool{}
	for _, c := range changes {
		if !wanting(c) || asked[c.HeadSHA] {
			continue
		}
		if _, ok := s.commits.get(c.HeadSHA); ok {
			continue
		}
		if len(ids) == maxLookups {
			break
		}
		asked[c.HeadSHA] = true
		ids = append(ids, c.HeadSHA)
	}
	return ids
}

// lookUp puts commits into s.commits. The first error ends it.
func (s *Source) lookUp(ctx context.Context, ids []string) error {
	group, each := errgroup.WithContext(ctx)
	group.SetLimit(lookupsAtOnce)
	for _, id := range ids {
		if each.Err() != nil {
			break
		}
		group.Go(func() error { return s.lookUpOne(each, id) })
	}
	if err := group.Wait(); err != nil {
		return err
	}
	return ctx.Err() // where it ended before the first look-up
}

func (s *Source) lookUpOne(ctx context.Context, id string) error {
	got, _, err := s.client.Git.GetCommit(ctx, s.owner, s.repo, id)
	if err != nil {
		// The branch moved on and the commit is gone: not worth an error.
		if errors.Is(classify(err), generator.ErrNotFound) {
			return nil
		}
		return err
	}
	if got.GetSHA() != id {
		return rest.Incomplete("the answer is of another commit than %s", id)
	}
	s.commits.put(id, commit{author: got.GetAuthor().GetName(), committed: got.GetCommitter().GetDate().Time})
	return nil
}
