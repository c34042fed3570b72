package gitea

import (
	"context"
	"strconv"
	"strings"
	"time"

	gogitea "code.gitea.io/sdk/gitea"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/forge"
)

// Repository implements forge.API.
func (a api) Repository(ctx context.Context) (forge.Repository, error) {
	client, err := a.client(ctx)
	if err != nil {
		return forge.Repository{}, err
	}
	got, _, err := client.GetRepo(a.owner, a.repo)
	if err != nil {
		return forge.Repository{}, err
	}
	r := forge.Repository{ID: forge.ID(got.ID), CloneURL: got.CloneURL, DefaultBranch: got.DefaultBranch, Page: got.HTMLURL}
	if got.HTMLURL != "" {
		r.BranchPages = strings.TrimRight(got.HTMLURL, "/") + "/src/branch"
	}
	return r, nil
}

// perPage is the requested page size: the default of MAX_RESPONSE_ITEMS. A server may
// return fewer entries.
const perPage = 50

// Page implements forge.API.
func (a api) Page(ctx context.Context, kind generator.Kind, number int) (forge.Page, error) {
	client, err := a.client(ctx)
	if err != nil {
		return forge.Page{}, err
	}
	options := gogitea.ListOptions{Page: number, PageSize: perPage}
	if kind == generator.Branch {
		got, resp, err := client.ListRepoBranches(a.owner, a.repo, gogitea.ListRepoBranchesOptions{ListOptions: options})
		return page(got, resp, err, number, branchItem)
	}
	got, resp, err := client.ListRepoPullRequests(a.owner, a.repo, gogitea.ListPullRequestsOptions{
		ListOptions: options, State: gogitea.StateOpen, Sort: "oldest",
	})
	return page(got, resp, err, number, pullItem)
}

// page returns a page of a list with the total number of entries. The link to the next
// page alone does not show where the list ends: if Git has lost a branch of a page, Gitea
// subtracts the branch from the total of that page, and computes the link from the result.
func page[T any](got []T, resp *gogitea.Response, err error, number int, item func(T) forge.Item) (forge.Page, error) {
	if err != nil {
		return forge.Page{}, err
	}
	total, err := strconv.Atoi(resp.Header.Get("X-Total-Count"))
	if err != nil || total < 0 {
		return forge.Page{}, forge.Incomplete("page %d does not have the total number of entries", number)
	}
	p := forge.Page{Next: resp.NextPage, Total: total}
	if got != nil { // it is nil for JSON null: the branches of an empty repository
		p.Items = make([]forge.Item, len(got))
	}
	for i, entry := range got {
		p.Items[i] = item(entry)
	}
	return p, nil
}

// PullRequest implements forge.API.
func (a api) PullRequest(ctx context.Context, number int64) (forge.Item, error) {
	client, err := a.client(ctx)
	if err != nil {
		return forge.Item{}, err
	}
	got, _, err := client.GetPullRequest(a.owner, a.repo, number)
	if err != nil {
		return forge.Item{}, err
	}
	return pullItem(got), nil
}

// Branch implements forge.API. Gitea redirects from the former name of a branch on its
// web pages, but not in its API.
func (a api) Branch(ctx context.Context, name string) (forge.Item, error) {
	client, err := a.client(ctx)
	if err != nil {
		return forge.Item{}, err
	}
	got, _, err := client.GetRepoBranch(a.owner, a.repo, name)
	if err != nil {
		return forge.Item{}, err
	}
	return branchItem(got), nil
}

// Commit implements forge.API. It does not return the author, because lists of branches
// have it.
func (a api) Commit(ctx context.Context, hash string) (forge.Commit, error) {
	client, err := a.client(ctx)
	if err != nil {
		return forge.Commit{}, err
	}
	got, _, err := client.GetSingleCommit(a.owner, a.repo, hash)
	if err != nil {
		return forge.Commit{}, err
	}
	if got == nil || got.CommitMeta == nil || got.RepoCommit == nil || got.RepoCommit.Committer == nil {
		return forge.Commit{}, forge.Incomplete("the answer is not commit %s", hash)
	}
	committed, err := time.Parse(time.RFC3339, got.RepoCommit.Committer.Date)
	if err != nil {
		return forge.Commit{}, err
	}
	return forge.Commit{Hash: got.SHA, CommittedAt: committed}, nil
}
