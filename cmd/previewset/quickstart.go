package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/previewset/previewset/internal/config"
	"github.com/previewset/previewset/internal/gitrepo"
	"github.com/previewset/previewset/internal/logins"
	"github.com/previewset/previewset/internal/wiring"
)

// readTimeout bounds each read with Git before serve starts.
const readTimeout = 30 * time.Second

// quickstart is a configuration that serve makes from a repository's URL. The templates use
// its exported fields.
type quickstart struct {
	t      *terminal
	Repo   gitAccess
	GitOps gitAccess // its URL is "" without --gitops
	Source sourceAtHand
	Set    string
	Branch string // of the GitOps repository
	Base   string
	Token  bearerToken
	text   []byte
	config *config.Config // parsed from text
}

// gitAccess is a Git repository with the login at hand.
type gitAccess struct {
	flag string // names the repository in errors
	URL  string
	// page is the web page of the repository; nil for a local repository.
	page  *url.URL
	login *logins.Login // nil if there is none
	Notes []string      // for the configuration, one line each
}

// quickstart makes the configuration from the flags. It returns an error if a repository
// can't be read.
func (f serveFlags) quickstart(ctx context.Context) (*quickstart, error) {
	q := &quickstart{t: f.t, Base: f.base}
	var err error
	if q.Repo, err = findAccess(ctx, "--repo", f.repo); err != nil {
		return nil, err
	}
	q.Set = setNameOf(q.Repo.URL)
	if err := q.findSource(ctx); err != nil {
		return nil, err
	}
	if f.gitops != "" {
		if q.GitOps, err = findAccess(ctx, "--gitops", f.gitops); err != nil {
			return nil, err
		}
		if err := q.findBase(ctx); err != nil {
			return nil, err
		}
	}
	if q.Token, err = findToken(); err != nil {
		return nil, err
	}
	return q, q.configure()
}

// configure makes the configuration from the facts of q.
func (q *quickstart) configure() (err error) {
	if q.text, err = (quickstartPage{quickstart: q}).render("config.yaml"); err != nil {
		return err
	}
	q.config, err = config.Parse("the configuration made from --repo", q.text)
	return err
}

// logins returns the logins that the configuration can't name.
func (q *quickstart) logins() wiring.Logins {
	return wiring.Logins{Source: q.Repo.otherLogin(), GitOps: q.GitOps.otherLogin()}
}

// findAccess returns the repository at a URL or a path with the login at hand.
func findAccess(ctx context.Context, flag, repo string) (gitAccess, error) {
	a := gitAccess{flag: flag, URL: repo}
	switch _, err := os.Stat(repo); {
	case err == nil:
		if a.URL, err = filepath.Abs(repo); err != nil { // it is written to a configuration
			return a, fmt.Errorf("%s: %w", flag, err)
		}
		a.URL = strings.TrimSuffix(a.URL, "/.git") // the name is that of its worktree
	case !strings.Contains(repo, ":"):
		return a, fmt.Errorf("%s: %w: use the URL or the path of a Git repository", flag, err)
	}
	switch err := gitrepo.CheckURL(a.URL); {
	case errors.Is(err, gitrepo.ErrURLSecret) && strings.HasPrefix(a.URL, "ssh:"):
		return a, fmt.Errorf("%s: %w: remove them, and add a key to the ssh agent (ssh-add)", flag, err)
	case errors.Is(err, gitrepo.ErrURLSecret):
		return a, fmt.Errorf("%s: %w: remove them, and add the login to ~/.netrc or to Git's credential helper", flag, err)
	case err != nil:
		return a, fmt.Errorf("%s: %w", flag, err)
	}
	if a.page = repositoryPage(a.URL); a.page != nil {
		a.login, a.Notes = logins.Find(ctx, a.page)
	}
	return a, nil
}

// repositoryPage returns the web page of a repository. For ssh, it is on the same host with https,
// without the port of ssh. It is nil for a local repository.
func repositoryPage(repo string) *url.URL {
	if strings.HasPrefix(repo, "/") {
		return nil
	}
	if !strings.Contains(repo, "://") { // user@host:path
		host, rest, _ := strings.Cut(repo, ":")
		return &url.URL{Scheme: "https", Host: host[strings.LastIndex(host, "@")+1:], Path: "/" + strings.TrimPrefix(rest, "/")}
	}
	u, err := url.Parse(repo)
	switch {
	case err != nil || u.Hostname() == "" || u.Scheme == "file":
		return nil
	case u.Scheme == "ssh":
		return &url.URL{Scheme: "https", Host: strings.TrimSuffix(u.Host, ":"+u.Port()), Path: u.Path}
	}
	return &url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}
}

// ssh reports whether Git reads the repository over ssh.
func (a gitAccess) ssh() bool {
	return strings.HasPrefix(a.URL, "ssh://") || a.page != nil && !strings.Contains(a.URL, "://")
}

// open returns the repository for reading.
func (a gitAccess) open() (*gitrepo.Remote, error) {
	o := a.gitLogin().OptionsOr(a.otherLogin(), "source.git", 1)
	o.Timeout = readTimeout
	return gitrepo.Open(a.URL, o)
}

var notInSetName = regexp.MustCompile(`[^a-z0-9]+`)

// setNameOf derives the name of a set from the last segment of a URL.
func setNameOf(url string) string {
	name := strings.TrimSuffix(path.Base(strings.TrimRight(filepath.ToSlash(url), "/")), ".git")
	name = strings.Trim(notInSetName.ReplaceAllString(strings.ToLower(name), "-"), "-")
	name = strings.TrimRight(name[:min(len(name), 20)], "-")
	return cmp.Or(name, "previews")
}
