package gitea

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	gogitea "code.gitea.io/sdk/gitea"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/rest"
)

// Options are where a repository is and how it may be read.
type Options struct {
	// URL is the server's root, as its ROOT_URL: https://gitea.acme.dev, or
	// https://acme.dev/git where it lives below a path.
	URL string
	// Owner and Repo name the repository.
	Owner, Repo string
	// Token returns an access token that may read the repository. It is asked
	// at each request, so that a rotated one counts at once. Spaces around it
	// are ignored. Without it requests are anonymous.
	Token func() (string, error)
	// HTTP carries the requests; nil is a transport with time limits of its
	// own that honours the proxy variables of the environment.
	HTTP http.RoundTripper
	// Timeout is how long one List, Ending or Describe may take; 0 is 60 s.
	Timeout time.Duration
	// MaxPages is the bound of pages that one list may have; 0 is 200. A longer
	// list is generator.ErrIncomplete.
	MaxPages int
	// MaxBytes is the bound of one answer's body, decompressed; 0 is 16 MiB. A
	// longer one is generator.ErrIncomplete.
	MaxBytes int64
	// Log takes what is worth knowing but no error; nil drops it.
	Log *slog.Logger
}

const (
	defaultTimeout  = time.Minute
	defaultMaxPages = 200
	defaultMaxBytes = 16 << 20
)

// Source is a repository on Gitea. It is safe for concurrent use.
type Source struct {
	owner, repo string
	root        *url.URL
	timeout     time.Duration
	maxPages    int
	log         *slog.Logger
	secrets     *rest.Secrets
	http        *http.Client
	believed    *rest.Lists
	commits     *commits
}

var (
	_ generator.Source    = (*Source)(nil)
	_ generator.Describer = (*Source)(nil)
)

// New returns the source that o describes. It makes no request.
func New(o Options) (*Source, error) {
	if err := o.validate(); err != nil {
		return nil, fmt.Errorf("gitea: %w", err)
	}
	o = o.withDefaults()
	s := &Source{
		owner: o.Owner, repo: o.Repo, timeout: o.Timeout, maxPages: o.MaxPages, log: o.Log,
		secrets: &rest.Secrets{}, commits: newCommits(),
	}
	s.believed = rest.NewLists(o.Log.With("repository", s.fullName()))
	var err error
	if s.root, err = rootURL(o.URL); err != nil {
		return nil, fmt.Errorf("gitea %s: %w", s.fullName(), err)
	}
	s.http = rest.Client(o.transport(s.root, s.secrets))
	return s, nil
}

func (s *Source) fullName() string {
	return s.owner + "/" + s.repo
}

func (o Options) validate() error {
	if err := rest.CheckNames(o.Owner, o.Repo); err != nil {
		return err
	}
	if o.Timeout < 0 || o.MaxPages < 0 || o.MaxBytes < 0 {
		return errors.New("a bound is negative")
	}
	return nil
}

func (o Options) withDefaults() Options {
	if o.Timeout == 0 {
		o.Timeout = defaultTimeout
	}
	if o.MaxPages == 0 {
		o.MaxPages = defaultMaxPages
	}
	if o.MaxBytes == 0 {
		o.MaxBytes = defaultMaxBytes
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o
}

func (o Options) transport(root *url.URL, seen *rest.Secrets) http.RoundTripper {
	t := rest.New(rest.Options{Base: root, HTTP: o.HTTP, MaxBytes: o.MaxBytes, Secrets: seen})
	t = refusals{t}
	if o.Token != nil {
		t = rest.WithToken(t, "token", o.Token)
	}
	return t
}

// rootURL returns the server's root without a slash at its end.
func rootURL(raw string) (*url.URL, error) {
	u, err := rest.ParseRoot("server's", raw)
	if err != nil {
		return nil, err
	}
	u.Path = strings.TrimRight(u.Path, "/")
	return u, nil
}

// Host returns the host of a server's pages, lower-case, with its port where
// that is not the scheme's own. root is as the URL in Options.
func Host(root string) (string, error) {
	u, err := rootURL(root)
	if err != nil {
		return "", err
	}
	return rest.Host(u), nil
}

// api returns a client whose requests end with ctx, which Gitea's client takes
// only when it is made. Without a version it makes no request for one.
func (s *Source) api(ctx context.Context) (*gogitea.Client, error) {
	return gogitea.NewClient(s.root.String(),
		gogitea.SetGiteaVersion(""), gogitea.SetHTTPClient(s.http), gogitea.SetContext(ctx), gogitea.SetUserAgent("previewset"))
}
