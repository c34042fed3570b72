package github

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	gogithub "github.com/google/go-github/v62/github"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/rest"
)

// Ending implements generator.Source. A pull request ended when GitHub says that
// it is closed; a branch, when GitHub says that there is none of its name, and
// right before and after shows the repository and its default branch. All else,
// any other 404 included, is Unknown with an error.
func (s *Source) Ending(ctx context.Context, k generator.Key) (generator.Ending, error) {
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	ending, err := s.ending(ctx, k)
	if err != nil {
		return generator.Unknown, s.fail("read what became of "+k.String(), err)
	}
	return ending, nil
}

func (s *Source) ending(ctx context.Context, k generator.Key) (generator.Ending, error) {
	switch {
	case k.Kind == generator.PullRequest && k.Number > 0:
		return s.pullEnding(ctx, k.Number)
	case k.Kind == generator.Branch && k.Branch != "":
		return s.branchEnding(ctx, k.Branch)
	}
	return generator.Unknown, fmt.Errorf("not a change: %q", k.Kind)
}

func (s *Source) pullEnding(ctx context.Context, number int64) (generator.Ending, error) {
	p, _, err := s.client.PullRequests.Get(ctx, s.owner, s.repo, int(number))
	if err != nil {
		return generator.Unknown, err
	}
	switch {
	case int64(p.GetNumber()) != number:
		return generator.Unknown, rest.Incomplete("the answer is of pull request %d", p.GetNumber())
	case p.GetState() == "closed" && p.GetMerged():
		return generator.Merged, nil
	case p.GetState() == "closed":
		return generator.Closed, nil
	case p.GetState() == "open":
		return generator.Open, nil
	}
	return generator.Unknown, rest.Incomplete("pull request %d is in state %.20q", number, p.GetState())
}

func (s *Source) branchEnding(ctx context.Context, branch string) (generator.Ending, error) {
	of, err := s.facts(ctx)
	if err != nil {
		return generator.Unknown, err
	}
	return rest.BranchEnding(branch, of.DefaultBranch, func(name string) (bool, error) { return s.hasBranch(ctx, name, of) })
}

// hasBranch reports whether there is a branch of a name. To one of another name
// GitHub redirects only where there is none: from a branch that was renamed, and
// from master to the default branch.
// https://docs.github.com/en/rest/branches/branches#get-a-branch
// https://github.com/github/rest-api-description/issues/7096
func (s *Source) hasBranch(ctx context.Context, name string, of rest.Facts) (bool, error) {
	request, err := s.client.NewRequest(http.MethodGet, s.path()+"/branches/"+url.PathEscape(name), nil)
	if err != nil {
		return false, err
	}
	var got branch
	resp, err := s.client.Do(ctx, request, &got)
	if err != nil {
		if errors.Is(classify(err), rest.ErrAbsent) {
			return false, nil
		}
		return false, err
	}
	shown, err := got.change(of)
	if err != nil {
		return false, err
	}
	if shown.Branch != name && !redirectedTo(resp, shown.Branch) {
		return false, rest.Incomplete("the answer is of another branch")
	}
	return shown.Branch == name, nil
}

// redirectedTo reports whether an answer was asked for at the branch's own URL,
// to which GitHub redirected for good.
func redirectedTo(resp *gogithub.Response, branch string) bool {
	from := resp.Request.Response
	return from != nil && from.StatusCode == http.StatusMovedPermanently &&
		strings.HasSuffix(resp.Request.URL.Path, "/branches/"+branch)
}
