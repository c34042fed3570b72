package gitea

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/forge"
)

// Repository implements forge.API.
func (a api) Repository(ctx context.Context) (forge.Repository, error) {
	var got repository
	err := a.get(ctx, "", &got)
	return got.facts(), err
}

// perPage is the requested page size: the default of MAX_RESPONSE_ITEMS. A server may
// return fewer entries.
const perPage = 50

// Page implements forge.API.
func (a api) Page(ctx context.Context, kind generator.Kind, number int) (forge.Page, error) {
	path, decode := "/pulls?limit=%d&page=%d&sort=oldest&state=open", decodePulls
	if kind == generator.Branch {
		path, decode = "/branches?limit=%d&page=%d", decodeBranches
	}
	body, header, err := a.send(ctx, fmt.Sprintf(path, perPage, number))
	if err != nil {
		return forge.Page{}, err
	}
	return page(body, header, number, decode)
}

// page returns a page of a list with the total number of entries. The link to the next
// page alone does not show where the list ends: if Git has lost a branch of a page, Gitea
// subtracts the branch from the total of that page, and computes the link from the result.
func page(body []byte, header http.Header, number int, decode func([]byte) ([]forge.Item, error)) (forge.Page, error) {
	total, err := strconv.Atoi(header.Get("X-Total-Count"))
	if err != nil || total < 0 {
		return forge.Page{}, forge.Incomplete("page %d does not have the total number of entries", number)
	}
	items, err := decode(body) // nil for JSON null: the branches of an empty repository
	return forge.Page{Items: items, Next: nextPage(header.Get("Link")), Total: total}, err
}

// nextPage returns the number of the next page in a Link header, or 0.
func nextPage(link string) int {
	for part := range strings.SplitSeq(link, ",") {
		target, relation, _ := strings.Cut(part, ";")
		if strings.TrimSpace(relation) != `rel="next"` {
			continue
		}
		if u, err := url.Parse(strings.Trim(target, " <>")); err == nil {
			number, _ := strconv.Atoi(u.Query().Get("page"))
			return number
		}
	}
	return 0
}

// PullRequest implements forge.API.
func (a api) PullRequest(ctx context.Context, number int64) (forge.Item, error) {
	var got pullRequest
	err := a.get(ctx, fmt.Sprintf("/pulls/%d", number), &got)
	return got.item(), err
}

// Branch implements forge.API. Gitea redirects from the former name of a branch on its
// web pages, but not in its API.
func (a api) Branch(ctx context.Context, name string) (forge.Item, error) {
	var got branch
	err := a.get(ctx, "/branches/"+strings.ReplaceAll(url.PathEscape(name), "%2F", "/"), &got)
	return got.item(), err
}

// Commit implements forge.API. It does not return the author, because lists of branches
// have it.
func (a api) Commit(ctx context.Context, hash string) (forge.Commit, error) {
	var got commit
	if err := a.get(ctx, "/git/commits/"+hash, &got); err != nil {
		return forge.Commit{}, err
	}
	if got.Commit.Committer.Date.IsZero() {
		return forge.Commit{}, forge.Incomplete("the answer has no time of commit %s", hash)
	}
	return forge.Commit{Hash: got.SHA, CommittedAt: got.Commit.Committer.Date}, nil
}

// get decodes the answer for a path below the repository into value.
func (a api) get(ctx context.Context, path string, value any) error {
	body, _, err := a.send(ctx, path)
	if err != nil {
		return err
	}
	return forge.Decode(body, value)
}

// send returns the body and the header of the answer for a path below the repository.
func (a api) send(ctx context.Context, path string) ([]byte, http.Header, error) {
	return a.request(ctx, http.MethodGet, a.repository()+path, http.NoBody)
}

// repository is the repository's path below the root of the API.
func (a api) repository() string { return "/repos/" + a.owner + "/" + a.repo }

// request returns the body and the header of the answer for a path below the root of the
// API.
func (a api) request(ctx context.Context, method, path string, content io.Reader) ([]byte, http.Header, error) {
	request, err := http.NewRequestWithContext(ctx, method, a.root.String()+"/api/v1"+path, content)
	if err != nil {
		return nil, nil, err
	}
	request.Header.Set("Accept", "application/json")
	request.Header.Set("User-Agent", "previewset")
	if method != http.MethodGet {
		request.Header.Set("Content-Type", "application/json")
	}
	resp, err := a.http.Do(request)
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = resp.Body.Close() }() // the body is in memory
	if !accepted(method, resp.StatusCode) {
		return nil, nil, forge.Refused(resp.StatusCode, "")
	}
	body, err := io.ReadAll(resp.Body)
	return body, resp.Header, err
}

// accepted reports whether a status is the one of a request that succeeded.
func accepted(method string, status int) bool {
	switch method {
	case http.MethodPost:
		return status == http.StatusCreated
	case http.MethodDelete:
		return status == http.StatusNoContent
	}
	return status == http.StatusOK
}
