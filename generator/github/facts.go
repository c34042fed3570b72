package github

import (
	"context"

	"github.com/previewset/previewset/internal/rest"
)

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

func (s *Source) facts(ctx context.Context) (rest.Facts, error) {
	told, _, err := ask[repository](ctx, s, s.path())
	if err != nil {
		return rest.Facts{}, err
	}
	return rest.Told(told).Facts(s.host, s.owner, s.repo)
}
