package git

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/gitrepo"
	"github.com/previewset/previewset/internal/network"
)

// Source lists the branches of one repository. It is safe for concurrent use.
type Source struct {
	remote     *gitrepo.Remote
	repository generator.Repository // without its default branch
	preferred  string               // the configured default branch, or ""
	loading    sync.Mutex           // held while commits are loaded
	commits    commitCache
}

var (
	_ generator.Source    = (*Source)(nil)
	_ generator.Describer = (*Source)(nil)
)

// Option changes how a Source works.
type Option func(*Source)

// DefaultBranch names the default branch, for servers that do not report which branch
// HEAD points to. Without this option, main or master is the default branch there.
func DefaultBranch(name string) Option {
	return func(s *Source) { s.preferred = name }
}

// New returns the source of the branches of a repository.
func New(remote *gitrepo.Remote, options ...Option) (*Source, error) {
	repository, err := RepositoryOf(remote.URL())
	if err != nil {
		return nil, err
	}
	s := &Source{remote: remote, repository: repository}
	for _, option := range options {
		option(s)
	}
	return s, nil
}

// List returns all branches from one reference advertisement. The error is
// generator.ErrIncomplete if the default branch is missing: a server that hides
// references, or an empty repository, must not end every preview. Plain Git has no pull
// requests, so a query for them is an error.
func (s *Source) List(ctx context.Context, q generator.Query) (generator.Listing, error) {
	if q.PullRequests {
		return generator.Listing{}, errors.New("plain Git has no pull requests: select branches, or use the source of the forge")
	}
	takenAt := time.Now()
	refs, repository, err := s.read(ctx)
	if err != nil {
		return generator.Listing{}, err
	}
	listing := generator.Listing{
		Repository: repository, Refs: true, TakenAt: takenAt, Undated: !refs.Filters,
		DefaultAssumed: refs.DefaultBranch == "" && s.preferred == "",
	}
	if !q.Branches {
		return listing, nil
	}
	s.commits.retain(refs.Branches)
	for name, sha := range refs.Branches {
		listing.Changes = append(listing.Changes, generator.Change{
			Kind: generator.Branch, Branch: name, TargetBranch: name, HeadSHA: sha, Title: name,
		})
	}
	return listing, nil
}

// Ending reads a new reference advertisement. A branch is EndingOpen if it is in the
// advertisement, and EndingDeleted if only the default branch is. A pull request is
// EndingUnknown, because plain Git has none. Plain Git has no repository IDs, either.
func (s *Source) Ending(ctx context.Context, _ string, recorded generator.Change) (generator.Ending, error) {
	k := recorded.Key()
	if k.Kind != generator.Branch || k.Branch == "" {
		return generator.EndingUnknown, nil
	}
	refs, _, err := s.read(ctx)
	if err != nil {
		return generator.EndingUnknown, err
	}
	if _, ok := refs.Branches[k.Branch]; ok {
		return generator.EndingOpen, nil
	}
	return generator.EndingDeleted, nil
}

// read returns the branches and the repository. The error is generator.ErrIncomplete if
// the default branch is missing.
func (s *Source) read(ctx context.Context) (gitrepo.Refs, generator.Repository, error) {
	refs, err := s.remote.Refs(ctx)
	if err != nil {
		return gitrepo.Refs{}, generator.Repository{}, s.fail(err)
	}
	name, err := s.defaultBranch(refs)
	if err != nil {
		return gitrepo.Refs{}, generator.Repository{}, err
	}
	repository := s.repository
	repository.DefaultBranch = name
	return refs, repository, nil
}

func (s *Source) defaultBranch(refs gitrepo.Refs) (string, error) {
	candidates := []string{"main", "master"}
	switch {
	case refs.DefaultBranch != "":
		candidates = []string{refs.DefaultBranch}
	case s.preferred != "":
		candidates = []string{s.preferred}
	}
	for _, name := range candidates {
		if _, ok := refs.Branches[name]; ok {
			return name, nil
		}
	}
	return "", fmt.Errorf("%w: the default branch %q is not among %d branches: let HEAD of the repository name a branch that exists",
		generator.ErrIncomplete, candidates[0], len(refs.Branches))
}

// fail converts an error of package gitrepo to an error of package generator, and adds
// the repository and a fix. An empty repository is generator.ErrIncomplete, because it
// has no default branch that proves that the list is complete.
func (s *Source) fail(err error) error {
	for _, known := range []struct {
		git, domain error
		fix         string
	}{
		{gitrepo.ErrAuth, generator.ErrUnauthorized, "check the credentials of source.git"},
		{gitrepo.ErrNotFound, generator.ErrNotFound, "check source.git.url, and that the credentials may read it"},
		{gitrepo.ErrEmpty, generator.ErrIncomplete, "push a first commit to the repository"},
		{gitrepo.ErrTooLarge, generator.ErrIncomplete, "delete branches that are no longer used: the list is too long"},
		{gitrepo.ErrNotGit, nil, "check that source.git.url is the URL that git clone uses"},
		{gitrepo.ErrHostKey, nil, "compare the key of the server, and add it to sshKnownHostsFile of source.git"},
		{gitrepo.ErrRedirect, nil, "if it is the right server, write the new URL in source.git.url"},
		{network.ErrStatus, nil, "look at the log of the server, or of the proxy in front of it"},
	} {
		if errors.Is(err, known.git) {
			return &failure{fmt.Sprintf("%s: %v: %s", s.remote.URL(), err, known.fix), errors.Join(known.domain, err)}
		}
	}
	return fmt.Errorf("%s: %w", s.remote.URL(), err)
}

// failure wraps two errors but has its own text, because the texts of both would repeat
// each other.
type failure struct {
	text   string
	causes error
}

func (f *failure) Error() string { return f.text }
func (f *failure) Unwrap() error { return f.causes }
