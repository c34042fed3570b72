package main

import (
	"context"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/forge"
	"github.com/previewset/previewset/generator/git"
	"github.com/previewset/previewset/generator/gitea"
	"github.com/previewset/previewset/generator/github"
	"github.com/previewset/previewset/internal/config"
	"github.com/previewset/previewset/internal/gitrepo"
)

func openGit(g *config.Git) (generator.Source, error) {
	remote, err := openRemote(g.URL, g.GitLogin, nil, 1)
	if err != nil {
		return nil, fmt.Errorf("source.git: %w", err)
	}
	return git.New(remote)
}

func (w wiring) openGitHub(set string, g *config.GitHub) (generator.Source, error) {
	o := github.Options{Options: forge.Options{Log: w.log}, Owner: g.Owner, Repo: g.Repo, APIURL: g.APIURL}
	if g.Token().Given() {
		o.Token = g.Token().Read
	}
	if g.App != nil {
		o.App = githubApp(g.App)
	}
	if w.metrics != nil {
		o.OnRate = func(resource string, remaining, limit int, _ time.Time) {
			w.metrics.RateLimit(set, resource, remaining, limit)
		}
	}
	return github.New(o)
}

func (w wiring) openGitea(g *config.Gitea) (generator.Source, error) {
	o := gitea.Options{Options: forge.Options{Log: w.log}, URL: g.URL, Owner: g.Owner, Repo: g.Repo}
	if g.Token().Given() {
		o.Token = g.Token().Read
	}
	return gitea.New(o)
}

func githubApp(a *config.App) *github.App {
	return &github.App{
		ID: a.ID, InstallationID: a.InstallationID,
		PrivateKey: func() ([]byte, error) {
			key, err := a.PrivateKey().Read()
			return []byte(key), err
		},
	}
}

func sshKey(l config.GitLogin) func() ([]byte, error) {
	if !l.SSHKey().Given() {
		return nil
	}
	return func() ([]byte, error) {
		key, err := l.SSHKey().Read()
		return []byte(key + "\n"), err
	}
}

// gitCredentials returns how to log in over http; nil for not at all.
func gitCredentials(l config.GitLogin, app *config.App) (gitrepo.Credentials, error) {
	switch {
	case app != nil:
		token, err := github.AppTokens(github.Options{App: githubApp(app), APIURL: app.APIURL})
		return appLogin{token}, err
	case l.Password().Given():
		return passwordLogin(l), nil
	}
	return nil, nil
}

// openRemote prepares access to a Git repository, of which so many levels of
// directories are read at once. It does not connect.
func openRemote(url string, l config.GitLogin, app *config.App, levels int) (*gitrepo.Remote, error) {
	credentials, err := gitCredentials(l, app)
	if err != nil {
		return nil, err
	}
	return gitrepo.Open(url, gitrepo.Options{
		Credentials: credentials, SSHKey: sshKey(l), SSHKnownHosts: l.SSHKnownHostsFile, Levels: levels,
	})
}

// passwordLogin is read at each use, so that a rotated password takes effect.
type passwordLogin config.GitLogin

// HTTP implements gitrepo.Credentials. Forges take a token with any user name.
func (p passwordLogin) HTTP(context.Context) (user, password string, err error) {
	l := config.GitLogin(p)
	user = "git"
	if l.Username().Given() {
		if user, err = l.Username().Read(); err != nil {
			return "", "", fmt.Errorf("user name: %w", err)
		}
	}
	if password, err = l.Password().Read(); err != nil {
		return "", "", fmt.Errorf("password: %w", err)
	}
	return user, password, nil
}

// appLogin is an installation of a GitHub App.
type appLogin struct {
	token func(context.Context) (string, error)
}

// HTTP implements gitrepo.Credentials. (docs.github.com, "Authenticating as a
// GitHub App installation": HTTP-based Git access.)
func (a appLogin) HTTP(ctx context.Context) (user, password string, err error) {
	token, err := a.token(ctx)
	return "x-access-token", token, err
}

// isOf reports whether an event is about the repository of s.
func isOf(s config.Source, e forge.Event) bool {
	var host, name string
	var err error
	switch {
	case s.GitHub != nil:
		host, err = github.Host(s.GitHub.APIURL)
		name = s.GitHub.Owner + "/" + s.GitHub.Repo
	case s.Gitea != nil:
		host, err = gitea.Host(s.Gitea.URL)
		name = s.Gitea.Owner + "/" + s.Gitea.Repo
	default:
		return false
	}
	return err == nil && strings.EqualFold(host, e.Host) && strings.EqualFold(name, e.FullName)
}

// isGitOps reports whether an event is about the repository of g. Ports are not
// compared, since that of ssh is not that of the pages.
func isGitOps(g *config.GitOps, e forge.Event) bool {
	if g == nil {
		return false
	}
	r, err := git.RepositoryOf(g.URL)
	return err == nil && strings.EqualFold(withoutPort(r.Host), withoutPort(e.Host)) && strings.EqualFold(r.FullName(), e.FullName)
}

func withoutPort(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		return name
	}
	return host
}

func githubSecret(s config.Source) config.Secret {
	if s.GitHub == nil {
		return config.Secret{}
	}
	return s.GitHub.WebhookSecret()
}

func giteaSecret(s config.Source) config.Secret {
	if s.Gitea == nil {
		return config.Secret{}
	}
	return s.Gitea.WebhookSecret()
}
