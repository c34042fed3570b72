package github

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	gogithub "github.com/google/go-github/v62/github"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/forge"
)

// api is the API of one repository. It is safe for concurrent use.
type api struct {
	owner, repo string
	client      *gogithub.Client
	tokens      *appTokens // nil without an App
	cache       answerCache
}

func newAPI(owner, repo string, client *gogithub.Client) *api {
	return &api{owner: owner, repo: repo, client: client}
}

// path is the repository's path below the root of the API.
func (a *api) path() string { return "repos/" + a.owner + "/" + a.repo }

// Repository implements forge.API.
func (a *api) Repository(ctx context.Context) (forge.Repository, error) {
	got, _, err := conditionalGet(ctx, a, a.path(), func(body []byte) (forge.Repository, error) {
		var r repository
		err := forge.Decode(body, &r)
		return r.facts(), err
	})
	return got, err
}

const perPage = 100 // GitHub's maximum

// Page implements forge.API.
func (a *api) Page(ctx context.Context, kind generator.Kind, number int) (forge.Page, error) {
	if kind == generator.Branch {
		return page(ctx, a, fmt.Sprintf("%s/branches?per_page=%d&page=%d", a.path(), perPage, number), number, decodeBranches)
	}
	return page(ctx, a, fmt.Sprintf("%s/pulls?state=open&sort=created&direction=asc&per_page=%d&page=%d", a.path(), perPage, number), number,
		decodePulls)
}

// page reads a page of a list.
//
// A full page may not be the last page even if it has no link to a next page. The ETag
// covers only the body. If a new entry starts another page, the full page before it is
// "not modified", and the cached answer has no link to the new page.
func page(ctx context.Context, a *api, path string, number int, decode func(body []byte) ([]forge.Item, error)) (forge.Page, error) {
	got, links, err := conditionalGet(ctx, a, path, decode)
	if err != nil {
		return forge.Page{}, err
	}
	p := forge.Page{Items: got, Next: links.next, Last: links.last, Total: forge.Uncounted}
	switch {
	case links.next == 0 && links.hasNext:
		return forge.Page{}, forge.Incomplete("page %d has a next link without a page number", number)
	case links.next == 0 && len(got) >= perPage:
		p.Next = number + 1
	}
	return p, nil
}

// PullRequest implements forge.API.
func (a *api) PullRequest(ctx context.Context, number int64) (forge.Item, error) {
	var got pullRequest
	_, err := a.get(ctx, fmt.Sprintf("%s/pulls/%d", a.path(), number), &got)
	return got.item(), err
}

// Branch implements forge.API. For a branch that does not exist, GitHub may redirect to
// another branch: from the former name of a renamed branch, and from master to the
// default branch.
// https://docs.github.com/en/rest/branches/branches#get-a-branch
// https://github.com/github/rest-api-description/issues/7096
func (a *api) Branch(ctx context.Context, name string) (forge.Item, error) {
	var got branch
	resp, err := a.get(ctx, a.path()+"/branches/"+url.PathEscape(name), &got)
	if err != nil {
		return forge.Item{}, err
	}
	if got.Name != name && redirectedTo(resp, got.Name) && generator.IsCommit(got.Commit.SHA) {
		return forge.Item{}, fmt.Errorf("%w: branch %s is now %s", forge.ErrAbsent, name, got.Name)
	}
	return got.item(), nil
}

// redirectedTo reports whether resp is the answer to a permanent redirect to the URL of
// branch.
func redirectedTo(resp *gogithub.Response, branch string) bool {
	from := resp.Request.Response
	return branch != "" && from != nil && from.StatusCode == http.StatusMovedPermanently &&
		strings.HasSuffix(resp.Request.URL.Path, "/branches/"+branch)
}

// Commit implements forge.API.
func (a *api) Commit(ctx context.Context, hash string) (forge.Commit, error) {
	var got commit
	if _, err := a.get(ctx, fmt.Sprintf("%s/git/commits/%s", a.path(), hash), &got); err != nil {
		return forge.Commit{}, err
	}
	return forge.Commit{Hash: got.SHA, Author: got.Author.Name, CommittedAt: got.Committer.Date}, nil
}

// get decodes the answer for a path into value.
func (a *api) get(ctx context.Context, path string, value any) (*gogithub.Response, error) {
	body, resp, err := a.send(ctx, path, "")
	if err != nil {
		return nil, err
	}
	return resp, forge.Decode(body, value)
}

// send returns the body and the response for a path. If etag is not "" and GitHub
// confirms that the answer with this ETag is still current, send returns a response with
// status 304 and an error.
func (a *api) send(ctx context.Context, path, etag string) ([]byte, *gogithub.Response, error) {
	request, err := a.client.NewRequest(http.MethodGet, path, nil)
	if err != nil {
		return nil, nil, err
	}
	if etag != "" {
		request.Header.Set("If-None-Match", etag)
	}
	return a.do(ctx, request)
}

// write sends a request that writes body, and decodes the answer into value. body and value
// may be nil.
func (a *api) write(ctx context.Context, method, path string, body, value any) error {
	request, err := a.client.NewRequest(method, path, body)
	if err != nil {
		return err
	}
	answer, _, err := a.do(ctx, request)
	if err != nil || value == nil {
		return err
	}
	return forge.Decode(answer, value)
}

func (a *api) do(ctx context.Context, request *http.Request) ([]byte, *gogithub.Response, error) {
	var body bytes.Buffer
	resp, err := a.client.Do(ctx, request, &body)
	if err != nil {
		return nil, resp, classify(err)
	}
	return body.Bytes(), resp, nil
}
