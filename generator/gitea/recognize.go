package gitea

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/forge"
)

const (
	// probeTimeout bounds the request of Recognize.
	probeTimeout = 5 * time.Second
	// maxVersion bounds the answer with a version, in bytes.
	maxVersion = 4 << 10
)

// Recognize returns the stanza for the repository with a web page on a server of Gitea or
// Forgejo. It returns nil for other servers. Unless it knows the server, it asks for the
// version, without credentials.
func Recognize(ctx context.Context, page *url.URL, access forge.Access) forge.Stanza {
	parent, repo := path.Split(strings.TrimSuffix(strings.Trim(page.Path, "/"), ".git"))
	prefix, owner := path.Split(strings.TrimSuffix(parent, "/"))
	if forge.CheckNames(owner, repo) != nil {
		return nil
	}
	root := &url.URL{Scheme: page.Scheme, Host: page.Host, Path: strings.TrimSuffix("/"+prefix, "/")}
	if !slices.Contains([]string{"codeberg.org", "gitea.com"}, generator.HostOf(page)) && !hasVersion(ctx, root) {
		return nil
	}
	return &Stanza{URL: root.String(), Owner: owner, Repo: repo, Access: access}
}

// hasVersion reports whether the server at root answers the request for the version of the
// API of Gitea. It follows no redirect.
// https://docs.gitea.com/api/#tag/miscellaneous/operation/getVersion
func hasVersion(ctx context.Context, root *url.URL) bool {
	ctx, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, root.JoinPath("api/v1/version").String(), nil)
	if err != nil {
		return false
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Do(request)
	if err != nil {
		return false
	}
	defer func() { _ = response.Body.Close() }()
	var answer struct {
		Version string `json:"version"`
	}
	err = json.NewDecoder(io.LimitReader(response.Body, maxVersion)).Decode(&answer)
	return err == nil && response.StatusCode == http.StatusOK && answer.Version != ""
}
