package github

import (
	"context"
	"net/url"
	"strings"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/rest"
)

// facts are what is read of the repository.
type facts struct {
	generator.Repository
	id      int64
	htmlURL string
}

// repository is what GitHub tells of one, as far as it matters here.
type repository struct {
	ID            int64  `json:"id"`
	CloneURL      string `json:"clone_url"`
	DefaultBranch string `json:"default_branch"`
	HTMLURL       string `json:"html_url"`
}

func (r repository) size() int {
	return len(r.CloneURL) + len(r.DefaultBranch) + len(r.HTMLURL)
}

func (s *Source) facts(ctx context.Context) (facts, error) {
	told, _, err := ask[repository](ctx, s, s.path())
	if err != nil {
		return facts{}, err
	}
	clone, err := url.Parse(told.CloneURL)
	if err != nil || clone.Host == "" || told.ID <= 0 || told.DefaultBranch == "" {
		return facts{}, rest.Incomplete("the repository lacks its id, clone URL or default branch")
	}
	clone.User = nil
	return facts{
		Repository: generator.Repository{
			// The configured names: names of previews are made from them, and
			// must not change when the repository is renamed.
			Host: s.host, Organization: s.owner, Name: s.repo,
			CloneURL: clone.String(), DefaultBranch: told.DefaultBranch,
		},
		id:      told.ID,
		htmlURL: strings.TrimRight(told.HTMLURL, "/"),
	}, nil
}
