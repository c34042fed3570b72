package github

import (
	"context"
	"net/url"
	"os"
	"strings"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/forge"
)

// Recognize returns the stanza for the repository with a web page on github.com, or on the
// server of the GitHub Actions job that previewset runs in. It returns nil for other pages.
func Recognize(_ context.Context, page *url.URL, access forge.Access) forge.Stanza {
	owner, repo, ok := strings.Cut(strings.Trim(page.Path, "/"), "/")
	repo = strings.TrimSuffix(repo, ".git")
	if !ok || forge.CheckNames(owner, repo) != nil {
		return nil
	}
	s := &Stanza{Owner: owner, Repo: repo, Access: access}
	if generator.HostOf(page) != "github.com" {
		if s.APIURL = actionsAPI(page); s.APIURL == "" {
			return nil
		}
	}
	return s
}

// actionsAPI returns the API of GitHub Enterprise Server if page is on the server of a
// GitHub Actions job, and otherwise "". Gitea Actions sets the same variables, with another
// API.
// https://docs.github.com/en/actions/reference/workflows-and-actions/variables
func actionsAPI(page *url.URL) string {
	server, err := url.Parse(os.Getenv("GITHUB_SERVER_URL"))
	api := os.Getenv("GITHUB_API_URL")
	if err != nil || server.Scheme != page.Scheme || generator.HostOf(server) != generator.HostOf(page) || !strings.HasSuffix(api, "/api/v3") {
		return ""
	}
	root, err := forge.ParseRoot("API's", api)
	if err != nil || root.Scheme != page.Scheme || generator.HostOf(root) != generator.HostOf(page) {
		return ""
	}
	return api
}
