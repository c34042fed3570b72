package forge

import (
	"context"
	"errors"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/network"
)

const (
	maxLookups        = 200 // commits in one Describe
	concurrentLookups = 4
)

// Describe implements generator.Describer. It fills in Author and UpdatedAt of branches
// from their head commits: the author name and the commit time. CreatedAt stays zero,
// because forges do not record when a branch was created.
//
// One call looks up at most 200 commits and does not change the remaining branches. It
// does not change a branch if its head commit no longer exists or cannot be read. If there
// is an error, Describe also returns the changes as far as it described them.
func (s *Source) Describe(ctx context.Context, changes []generator.Change) ([]generator.Change, error) {
	ctx, cancel := network.WithTimeout(ctx, s.options.Timeout)
	defer cancel()
	described := slices.Clone(changes)
	err := s.lookUpCommits(ctx, s.unknownCommits(described))
	s.fillIn(described)
	if err != nil {
		return described, s.fail(ctx, "read the branches' commits", err)
	}
	return described, nil
}

// lookUpCommits looks up and remembers the commits with these hashes. It stops at the
// first error.
func (s *Source) lookUpCommits(ctx context.Context, hashes []string) error {
	group, groupCtx := errgroup.WithContext(ctx)
	group.SetLimit(concurrentLookups)
	for _, hash := range hashes {
		if groupCtx.Err() != nil {
			break
		}
		group.Go(func() error { return s.lookUpCommit(groupCtx, hash) })
	}
	if err := group.Wait(); err != nil {
		return err
	}
	return ctx.Err() // if ctx ended before the first look-up
}

func (s *Source) lookUpCommit(ctx context.Context, hash string) error {
	got, err := s.api.Commit(ctx, hash)
	if err == nil && got.Hash != hash {
		err = Incomplete("the answer describes another commit")
	}
	switch {
	case errors.Is(err, generator.ErrNotFound):
		return nil // the branch has changed since it was listed, which is not an error
	case errors.Is(err, generator.ErrIncomplete): // one commit must not fail all lists
		s.options.Log.DebugContext(ctx, "the commit of a branch cannot be read", "commit", hash, "error", s.fail(ctx, "read the commit", err))
		return nil
	case err != nil:
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.commits[hash] = got
	return nil
}

// unknownCommits returns the hashes of the commits to look up, without duplicates and
// at most maxLookups.
func (s *Source) unknownCommits(changes []generator.Change) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var hashes []string
	seen := map[string]bool{}
	for _, c := range changes {
		if _, known := s.commits[c.HeadSHA]; known || seen[c.HeadSHA] || !needsCommit(c) {
			continue
		}
		if len(hashes) == maxLookups {
			break
		}
		seen[c.HeadSHA] = true
		hashes = append(hashes, c.HeadSHA)
	}
	return hashes
}

func (s *Source) fillIn(changes []generator.Change) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range changes {
		c := &changes[i]
		head, known := s.commits[c.HeadSHA]
		if !known || !needsCommit(*c) {
			continue
		}
		if c.Author == "" {
			c.Author = head.Author
		}
		if c.UpdatedAt.IsZero() {
			c.UpdatedAt = head.CommittedAt
		}
	}
}

// retainCommits forgets the commits that are not the head of a branch, to bound the
// memory.
func (s *Source) retainCommits(branches []generator.Change) {
	heads := make(map[string]Commit, len(branches))
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, b := range branches {
		if commit, ok := s.commits[b.HeadSHA]; ok {
			heads[b.HeadSHA] = commit
		}
	}
	s.commits = heads
}

// needsCommit reports whether c lacks a fact that its head commit provides.
func needsCommit(c generator.Change) bool {
	return c.Kind == generator.Branch && (c.UpdatedAt.IsZero() || c.Author == "") && generator.IsCommit(c.HeadSHA)
}
