package gitea

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/forge"
)

// Options are the location of a repository and the credentials to read it.
type Options struct {
	forge.Options
	// URL is the server's root, as in its ROOT_URL: https://gitea.acme.dev, or
	// https://acme.dev/git for a server below a path.
	URL string
	// Owner and Repo name the repository.
	Owner, Repo string
	// ID is the ID that the repository must have; 0 for any.
	ID int64
	// Token returns an access token that may read the repository; see forge.Token.
	// If it is nil, requests are anonymous.
	Token func() (string, error)
}

// New returns the source that o describes. It makes no request.
func New(o Options) (*forge.Source, error) {
	place, api, connection, err := o.open(forge.Server{Refused: forge.RefusedJSON})
	if err != nil {
		return nil, err
	}
	return forge.New(place, api, connection, concurrentPages), nil
}

// open returns the API of the repository. It adds the root and the credentials to server.
func (o Options) open(server forge.Server) (forge.Place, api, *forge.Connection, error) {
	if err := forge.CheckNames(o.Owner, o.Repo); err != nil {
		return forge.Place{}, api{}, nil, fmt.Errorf("gitea: %w", err)
	}
	root, err := rootURL(o.URL)
	if err != nil {
		return forge.Place{}, api{}, nil, fmt.Errorf("gitea %s/%s: %w", o.Owner, o.Repo, err)
	}
	server.Base = root
	if o.Token != nil {
		server.Credentials = forge.Token("token", o.Token)
	}
	connection, err := forge.Connect(server, o.Options)
	if err != nil {
		return forge.Place{}, api{}, nil, fmt.Errorf("gitea %s/%s: %w", o.Owner, o.Repo, err)
	}
	place := forge.Place{Forge: "gitea", ForgeHost: generator.HostOf(root), Owner: o.Owner, Name: o.Repo, ID: forge.ID(o.ID)}
	return place, api{o.Owner, o.Repo, root, connection.Client}, connection, nil
}

// concurrentPages is 1, because no page in Gitea has the number of the last page.
const concurrentPages = 1

// rootURL returns the server's root without a trailing slash.
func rootURL(raw string) (*url.URL, error) {
	u, err := forge.ParseRoot("server's", raw)
	if err != nil {
		return nil, err
	}
	u.Path = strings.TrimRight(u.Path, "/")
	return u, nil
}

// api is the API of one repository. It is safe for concurrent use.
type api struct {
	owner, repo string
	root        *url.URL
	http        *http.Client
}
