package forge

import (
	"context"
	"errors"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/previewset/previewset/generator"
)

const (
	maxLookups    = 200 // of commits, in one Describe
	lookupsAtOnce = 4
)

// Describe implements generator.Describer. It fills in the author and the time of
// the head commit of branches: UpdatedAt is when it was committed. CreatedAt stays
// zero, because a branch has no time of creation.
//
// One call looks up at most 200 commits; changes beyond that stay as they are until
// the next call, as do changes whose commit is gone. With an error come the changes
// as far as they could be described.
func (s *Source) Describe(ctx context.Context, changes []generator.Change) ([]generator.Change, error) {
	ctx, cancel := context.WithTimeout(ctx, s.options.Timeout)
	defer cancel()
	described := slices.Clone(changes)
	err := s.lookUpAll(ctx, s.unknownCommits(described))
	s.fillIn(described)
	if err != nil {
		return described, s.fail("read the branches' commits", err)
	}
	return described, nil
}

// lookUpAll remembers the commits with these hashes. The first error ends it.
func (s *Source) lookUpAll(ctx context.Context, hashes []string) error {
	group, each := errgroup.WithContext(ctx)
	group.SetLimit(lookupsAtOnce)
	for _, hash := range hashes {
		if each.Err() != nil {
			break
		}
		group.Go(func() error { return s.lookUp(each, hash) })
	}
	if err := group.Wait(); err != nil {
		return err
	}
	return ctx.Err() // for a context that ended before the first look-up
}

func (s *Source) lookUp(ctx context.Context, hash string) error {
	got, err := s.api.Commit(ctx, hash)
	if errors.Is(err, generator.ErrNotFound) {
		return nil // the branch moved on and the commit is gone: not worth an error
	}
	if err != nil {
		return err
	}
	if got.Hash != hash {
		return Incomplete("the answer is of another commit than %s", hash)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.commits[hash] = got
	return nil
}

// unknownCommits returns the commits to look up, each once and at most maxLookups.
func (s *Source) unknownCommits(changes []generator.Change) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var hashes []string
	asked := map[string]bool{}
	for _, c := range changes {
		if _, known := s.commits[c.HeadSHA]; known || asked[c.HeadSHA] || !lacksCommit(c) {
			continue
		}
		if len(hashes) == maxLookups {
			break
		}
		asked[c.HeadSHA] = true
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
		if !known || !lacksCommit(*c) {
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

// retainCommits forgets commits that are the head of no branch. That bounds what
// is remembered.
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

// lacksCommit reports whether the head commit of c can tell more of c.
func lacksCommit(c generator.Change) bool {
	return c.Kind == generator.Branch && (c.UpdatedAt.IsZero() || c.Author == "") && generator.IsCommit(c.HeadSHA)
}
