package gitea

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	gogitea "code.gitea.io/sdk/gitea"

	"github.com/previewset/previewset/generator/forge"
)

// Options are where a repository is and how it may be read.
type Options struct {
	forge.Options
	// URL is the server's root, as its ROOT_URL: https://gitea.acme.dev, or
	// https://acme.dev/git for a server below a path.
	URL string
	// Owner and Repo name the repository.
	Owner, Repo string
	// Token returns an access token that may read the repository; see forge.Token.
	// Without it requests are anonymous.
	Token func() (string, error)
}

// New returns the source that o describes. It makes no request.
func New(o Options) (*forge.Source, error) {
	if err := forge.CheckNames(o.Owner, o.Repo); err != nil {
		return nil, fmt.Errorf("gitea: %w", err)
	}
	root, err := rootURL(o.URL)
	if err != nil {
		return nil, fmt.Errorf("gitea %s/%s: %w", o.Owner, o.Repo, err)
	}
	server := forge.Server{Base: root, Refused: forge.RefusedJSON}
	if o.Token != nil {
		server.Credentials = forge.Token("token", o.Token)
	}
	connection, err := forge.Connect(server, o.Options)
	if err != nil {
		return nil, fmt.Errorf("gitea %s/%s: %w", o.Owner, o.Repo, err)
	}
	at := forge.Place{Forge: "gitea", ForgeHost: forge.HostOf(root), Owner: o.Owner, Name: o.Repo}
	return forge.New(at, api{o.Owner, o.Repo, root, connection.Client}, connection, pagesAtOnce), nil
}

// pagesAtOnce is 1, because no page of Gitea says how many pages there are.
const pagesAtOnce = 1

// rootURL returns the server's root without a slash at its end.
func rootURL(raw string) (*url.URL, error) {
	u, err := forge.ParseRoot("server's", raw)
	if err != nil {
		return nil, err
	}
	u.Path = strings.TrimRight(u.Path, "/")
	return u, nil
}

// api answers for one repository. It is safe for concurrent use.
type api struct {
	owner, repo string
	root        *url.URL
	http        *http.Client
}

// client returns a client whose requests end with ctx, which Gitea's client takes
// only when it is made. With a version given it makes no request to learn it.
func (a api) client(ctx context.Context) (*gogitea.Client, error) {
	return gogitea.NewClient(a.root.String(),
		gogitea.SetGiteaVersion(""), gogitea.SetHTTPClient(a.http), gogitea.SetContext(ctx), gogitea.SetUserAgent("previewset"))
}
