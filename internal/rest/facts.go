package rest

import (
	"net/url"
	"strings"

	"github.com/previewset/previewset/generator"
)

// Told is what a forge tells of a repository, as far as it matters here.
type Told struct {
	ID                               int64
	CloneURL, DefaultBranch, HTMLURL string
}

// Facts are what is known of a repository.
type Facts struct {
	generator.Repository
	ID      int64
	HTMLURL string // without a slash at its end
}

// Facts returns what was told of the repository that is configured as
// organization and name on host. Names of previews are made from the configured
// names: they must not change when the repository is renamed, which forges answer
// with a redirect. The error is generator.ErrIncomplete.
func (t Told) Facts(host, organization, name string) (Facts, error) {
	clone, err := url.Parse(t.CloneURL)
	if err != nil || clone.Host == "" || t.ID <= 0 || t.DefaultBranch == "" {
		return Facts{}, Incomplete("the repository lacks its id, clone URL or default branch")
	}
	clone.User = nil
	return Facts{
		Repository: generator.Repository{
			Host: host, Organization: organization, Name: name,
			CloneURL: clone.String(), DefaultBranch: t.DefaultBranch,
		},
		ID:      t.ID,
		HTMLURL: strings.TrimRight(t.HTMLURL, "/"),
	}, nil
}
