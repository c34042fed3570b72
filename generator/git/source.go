package git

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/gitrepo"
)

// Source lists the branches of one repository. It is safe for concurrent use.
type Source struct {
	remote     *gitrepo.Remote
	repository generator.Repository // without its default branch
	preferred  string
	learning   sync.Mutex // held while commits are asked for
	commits    commitCache
}

var (
	_ generator.Source    = (*Source)(nil)
	_ generator.Describer = (*Source)(nil)
)

// Option changes how a Source works.
type Option func(*Source)

// DefaultBranch names the branch that must be there, for servers that don't
// tell which one HEAD names. Without it, main or master is taken there.
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

// List returns all branches, from one reference advertisement. It is whole only
// if the default branch is in it, else generator.ErrIncomplete: a server that
// hides references, or an empty repository, must not end every preview. Plain
// Git has no pull requests, so asking for them is an error.
func (s *Source) List(ctx context.Context, q generator.Query) (generator.Listing, error) {
	if q.PullRequests {
		return generator.Listing{}, errors.New("plain Git has no pull requests: select branches, or use the source of the forge")
	}
	takenAt := time.Now()
	refs, repository, err := s.read(ctx)
	if err != nil {
		return generator.Listing{}, err
	}
	listing := generator.Listing{Repository: repository, Refs: true, TakenAt: takenAt}
	if !q.Branches {
		return listing, nil
	}
	for name, sha := range refs.Branches {
		listing.Changes = append(listing.Changes, generator.Change{
			Kind: generator.Branch, Branch: name, TargetBranch: name, HeadSHA: sha, Title: name,
		})
	}
	return listing, nil
}

// Ending reads a new reference advertisement. A branch is deleted if the
// default branch is there and it is not; it is Open if it is there. Of a pull
// request, plain Git knows nothing.
func (s *Source) Ending(ctx context.Context, k generator.Key) (generator.Ending, error) {
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

// read returns the branches, of which the default branch is one.
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
	return "", fmt.Errorf("%w: the default branch %q is not among %d branches",
		generator.ErrIncomplete, candidates[0], len(refs.Branches))
}

// fail puts errors of Git into the domain's words, with the repository and what
// to do. An empty repository has no branches to list, and no default branch to
// prove it by.
func (s *Source) fail(err error) error {
	for _, known := range []struct {
		git, domain error
		mend        string
	}{
		{gitrepo.ErrAuth, generator.ErrUnauthorized, "check the credentials of source.git"},
		{gitrepo.ErrNotFound, generator.ErrNotFound, "check source.git.url, and that the credentials may read it"},
		{gitrepo.ErrEmpty, generator.ErrIncomplete, "push a first commit to it"},
		{gitrepo.ErrTooLarge, generator.ErrIncomplete, "it has more branches than can be read"},
	} {
		if errors.Is(err, known.git) {
			return &failure{fmt.Sprintf("%s: %v; %s", s.remote.URL(), err, known.mend), []error{known.domain, err}}
		}
	}
	return fmt.Errorf("%s: %w", s.remote.URL(), err)
}

// failure says once what its two causes say in two words.
type failure struct {
	text   string
	causes []error
}

func (f *failure) Error() string   { return f.text }
func (f *failure) Unwrap() []error { return f.causes }
