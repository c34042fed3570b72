package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/forge"
	"github.com/previewset/previewset/generator/git"
	"github.com/previewset/previewset/internal/forges"
	"github.com/previewset/previewset/internal/gitrepo"
	"github.com/previewset/previewset/internal/network"
)

// sourceAtHand is the source of the set.
type sourceAtHand struct {
	key           string // below `source`
	stanza        forge.Stanza
	PullRequests  bool
	DefaultBranch string
	// pulls and branches count the listed changes.
	pulls, branches int
}

// findSource reads the repository through the API of its forge, so that pull requests have
// previews, and otherwise with Git.
func (q *quickstart) findSource(ctx context.Context) error {
	defer q.t.working(ctx, "reading %s", q.Repo.URL)()
	if q.Repo.page == nil {
		return q.readGit(ctx, nil)
	}
	f, stanza, ok := forges.Recognize(ctx, q.Repo.page, q.Repo.access())
	if !ok {
		return q.readGit(ctx, nil)
	}
	if f.NeedsToken && q.Repo.login == nil {
		q.Repo.note("Without a token, %s allows too few requests to show pull requests: %s", q.Repo.page.Hostname(), q.Repo.tokenRemedy())
		return q.readGit(ctx, nil)
	}
	err := q.readForge(ctx, f, stanza)
	// A password can have characters that no token has.
	if errors.Is(err, generator.ErrUnauthorized) || errors.Is(err, generator.ErrNotFound) || errors.Is(err, forge.ErrToken) {
		return q.readGit(ctx, err)
	}
	switch {
	case errors.Is(err, network.ErrStatus): // it has a remedy
		return fmt.Errorf("%s: %w", q.Repo.flag, err)
	case err != nil:
		return fmt.Errorf("%s: %w: check the network, or try again later", q.Repo.flag, err)
	}
	return nil
}

// readForge lists all changes of the repository, as the service does.
func (q *quickstart) readForge(ctx context.Context, f forges.Forge, stanza forge.Stanza) error {
	source, err := stanza.Open(forge.Options{Login: q.Repo.otherLogin()})
	if err != nil {
		return err
	}
	listing, err := source.List(ctx, generator.Query{PullRequests: true, Branches: true})
	if err != nil {
		return err
	}
	q.Source = sourceAtHand{key: f.Key, stanza: stanza, PullRequests: true, DefaultBranch: listing.Repository.DefaultBranch}
	for _, c := range listing.Changes {
		if c.Kind == generator.PullRequest {
			q.Source.pulls++
		} else {
			q.Source.branches++
		}
	}
	if q.Repo.otherLogin() != nil {
		q.Repo.note("The token is from %s. A saved configuration needs tokenFile or tokenEnv.", q.Repo.login.From)
	}
	return nil
}

// readGit reads the branches of the repository with Git. refused is the error of the
// forge's API; nil if it was not used.
func (q *quickstart) readGit(ctx context.Context, refused error) error {
	refs, err := q.Repo.refs(ctx)
	if err != nil {
		if refused != nil {
			return fmt.Errorf("%s: %w: %s", q.Repo.flag, refused, q.Repo.remedy(err))
		}
		return err
	}
	if refused != nil {
		q.Repo.note("Pull requests are not shown: %v: %s", refused, q.Repo.tokenRemedy())
	}
	q.Repo.noteGitLogin()
	q.Source = sourceAtHand{
		key: "git", stanza: &git.Stanza{URL: q.Repo.URL, Login: q.Repo.gitLogin()},
		DefaultBranch: refs.DefaultBranch, branches: len(refs.Branches),
	}
	return nil
}

// refs reads the branches. The default branch is one of them: without it, a list is not
// complete.
func (a gitAccess) refs(ctx context.Context) (gitrepo.Refs, error) {
	remote, err := a.open()
	if err != nil {
		return gitrepo.Refs{}, fmt.Errorf("%s: %w", a.flag, err)
	}
	refs, err := remote.Refs(ctx)
	if err != nil {
		return gitrepo.Refs{}, a.fail(err)
	}
	names := []string{refs.DefaultBranch}
	if refs.DefaultBranch == "" {
		names = []string{"main", "master"}
	}
	for _, name := range names {
		if _, ok := refs.Branches[name]; ok {
			refs.DefaultBranch = name
			return refs, nil
		}
	}
	return gitrepo.Refs{}, fmt.Errorf("%s: %s has no default branch: push a branch main, or let HEAD of the repository name a branch that exists", a.flag, a.URL)
}

// YAML returns the stanza with its key.
func (s sourceAtHand) YAML() (string, error) {
	var out strings.Builder
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(2)
	err := encoder.Encode(map[string]forge.Stanza{s.key: s.stanza})
	return strings.TrimSuffix(out.String(), "\n"), err
}
