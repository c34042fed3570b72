package config

import (
	"net/url"
	"path"
	"regexp"
	"strings"
	"time"

	valid "k8s.io/apimachinery/pkg/api/validate/content"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/naming"
)

// maxSetName leaves room for an id in names of 53 bytes.
const maxSetName = 40

func (d *document) validate(c *Config) {
	if c.APIVersion != APIVersion {
		d.problem("apiVersion", "want %q, have %q", APIVersion, c.APIVersion)
	}
	if c.Kind != Kind {
		d.problem("kind", "want %q, have %q", Kind, c.Kind)
	}
	d.oneOf("auth", "tokenFile or tokenEnv", c.Auth.TokenFile, c.Auth.TokenEnv)
	if c.Poll < Duration(time.Second) {
		d.problem("poll", "%s is too short: at least 1s", c.Poll)
	}
	if c.MaxAge < 3*c.Poll {
		d.problem("maxAge", "%s is too short: at least three times poll (%s)", c.MaxAge, c.Poll)
	}
	if c.GitOps != nil {
		d.gitops(c.GitOps)
	}
	if c.ArgoCD != nil {
		d.argocd(c.ArgoCD)
	}
	if len(c.Sets) == 0 {
		d.problem("sets", "there is no set: name a source to preview")
	}
	names := map[string]bool{}
	for i := range c.Sets {
		at := index("sets", i)
		d.set(at, c, &c.Sets[i])
		if names[c.Sets[i].Name] {
			d.problem(at+".name", "there are two sets named %q", c.Sets[i].Name)
		}
		names[c.Sets[i].Name] = true
	}
	d.names(c)
}

// names checks the templates of all sets together. It waits until the rest is
// right, since a set's name is part of it.
func (d *document) names(c *Config) {
	if len(d.problems.List) > 0 {
		return
	}
	if _, err := naming.NewNamers(c.Patterns()); err != nil {
		for line := range strings.SplitSeq(err.Error(), "\n") {
			d.problem("sets", "%s", line)
		}
	}
}

func (d *document) gitops(g *GitOps) {
	d.gitURL("gitops.url", g.URL)
	d.login("gitops", g.GitLogin)
	if g.App != nil {
		d.app("gitops.app", g.App)
	}
	d.dirPath("gitops.path", g.Path)
	d.atMostOne("gitops", "signingKeyFile or signingKeyEnv", g.SigningKeyFile, g.SigningKeyEnv)
	for _, field := range []struct{ path, value string }{{"gitops.author.name", g.Author.Name}, {"gitops.author.email", g.Author.Email}} {
		if strings.ContainsAny(field.value, "<>\n\x00") {
			d.problem(field.path, "%q holds a character that Git can't have there", field.value)
		}
	}
}

// isLabel reports whether s is an RFC 1123 label, as the name of a namespace is.
func isLabel(s string) bool { return len(valid.IsDNS1123Label(s)) == 0 }

// isObjectName reports whether Kubernetes takes s as the name of most objects.
func isObjectName(s string) bool { return len(valid.IsDNS1123Subdomain(s)) == 0 }

func (d *document) argocd(a *ArgoCD) {
	if !isLabel(a.Namespace) {
		d.problem("argocd.namespace", "%q is not a namespace: want the one that Argo CD is in", a.Namespace)
	}
	if !isObjectName(a.ConfigMap) {
		d.problem("argocd.configMap", "%q is not the name of a ConfigMap", a.ConfigMap)
	}
}

func (d *document) login(at string, l GitLogin) {
	d.atMostOne(at, "usernameFile or usernameEnv", l.UsernameFile, l.UsernameEnv)
	d.atMostOne(at, "passwordFile or passwordEnv", l.PasswordFile, l.PasswordEnv)
	d.atMostOne(at, "sshKeyFile or sshKeyEnv", l.SSHKeyFile, l.SSHKeyEnv)
	if l.Username().Given() && !l.Password().Given() {
		d.problem(at, "there is a user name but no passwordFile or passwordEnv")
	}
}

func (d *document) app(at string, a *App) {
	if a.ID <= 0 {
		d.problem(at+".id", "want the App's ID, a positive number")
	}
	if a.InstallationID <= 0 {
		d.problem(at+".installationID", "want the installation's ID, a positive number")
	}
	d.oneOf(at, "privateKeyFile or privateKeyEnv", a.PrivateKeyFile, a.PrivateKeyEnv)
	d.httpURL(at+".apiURL", a.APIURL)
}

func (d *document) set(at string, c *Config, s *Set) {
	if !isLabel(s.Name) || len(s.Name) > maxSetName {
		d.problem(at+".name", "%q is not a name of 1 to %d lower-case letters, digits and dashes", s.Name, maxSetName)
	}
	d.source(at+".source", s)
	d.selects(at+".select", s.Select)
	d.variants(at, s)
	if s.Overlay != nil {
		d.overlay(at+".overlay", c, s.Overlay)
	}
	if s.Lifetime.Idle < 0 || s.Lifetime.Max < 0 {
		d.problem(at+".lifetime", "a duration can't be negative")
	}
	if s.Limits.Previews < 0 {
		d.problem(at+".limits.previews", "%d is not a number of previews", s.Limits.Previews)
	}
	if *s.Guard.Removals < 0 {
		d.problem(at+".guard.removals", "%d is not a number of removals", *s.Guard.Removals)
	}
	if p := *s.Guard.Percent; p < 0 || p > 100 {
		d.problem(at+".guard.percent", "%d is not between 0 and 100", p)
	}
}

func (d *document) source(at string, s *Set) {
	src := s.Source
	if src.given() != 1 {
		d.problem(at, "want exactly one of git, github and gitea")
		return
	}
	switch {
	case src.Git != nil:
		d.gitURL(at+".git.url", src.Git.URL)
		d.login(at+".git", src.Git.GitLogin)
		if s.Select.PullRequests != nil {
			d.problem(at+".git", "a plain Git server has no pull requests: select branches only, or use the forge's own source")
		}
	case src.GitHub != nil:
		d.github(at+".github", src.GitHub)
	default:
		d.gitea(at+".gitea", src.Gitea)
	}
}

// given counts the sources that are there.
func (s Source) given() (n int) {
	for _, there := range []bool{s.Git != nil, s.GitHub != nil, s.Gitea != nil} {
		if there {
			n++
		}
	}
	return n
}

// forgeName is what GitHub and Gitea allow in the names of owners and
// repositories.
var forgeName = regexp.MustCompile(`^[A-Za-z0-9._-]{1,100}$`)

func (d *document) repository(at, owner, repo string) {
	if !forgeName.MatchString(owner) {
		d.problem(at+".owner", "%q is not an owner's login", owner)
	}
	if !forgeName.MatchString(repo) {
		d.problem(at+".repo", "%q is not a repository's name (without its owner)", repo)
	}
}

func (d *document) gitea(at string, g *Gitea) {
	if g.URL == "" {
		d.problem(at+".url", "want the server's root, such as https://gitea.acme.dev")
	}
	d.httpURL(at+".url", g.URL)
	d.repository(at, g.Owner, g.Repo)
	d.atMostOne(at, "tokenFile or tokenEnv", g.TokenFile, g.TokenEnv)
	d.atMostOne(at, "webhookSecretFile or webhookSecretEnv", g.WebhookSecretFile, g.WebhookSecretEnv)
}

func (d *document) github(at string, g *GitHub) {
	d.repository(at, g.Owner, g.Repo)
	d.httpURL(at+".apiURL", g.APIURL)
	d.atMostOne(at, "tokenFile or tokenEnv or app", g.TokenFile, g.TokenEnv, appMark(g.App))
	d.atMostOne(at, "webhookSecretFile or webhookSecretEnv", g.WebhookSecretFile, g.WebhookSecretEnv)
	if g.App != nil {
		d.app(at+".app", g.App)
	}
}

func appMark(a *App) string {
	if a == nil {
		return ""
	}
	return "app"
}

func (d *document) selects(at string, s Select) {
	if s.PullRequests == nil && s.Branches == nil {
		d.problem(at, "nothing is selected: add pullRequests, branches or both")
	}
	if p := s.PullRequests; p != nil {
		d.globs(at+".pullRequests.targetBranches", p.TargetBranches)
	}
	if b := s.Branches; b != nil {
		d.globs(at+".branches.include", b.Include)
		d.globs(at+".branches.exclude", b.Exclude)
	}
}

func (d *document) globs(at string, patterns []string) {
	for i, p := range patterns {
		if _, err := generator.ParseGlob(p); err != nil {
			d.problem(index(at, i), "%v", err)
		}
	}
}

// dirPath wants a directory of a repository: relative, clean, not its root.
func (d *document) dirPath(at, p string) {
	clean := path.Clean(p)
	if p == "" || path.IsAbs(p) || clean != strings.TrimSuffix(p, "/") || clean == "." || clean == ".." || strings.HasPrefix(clean, "../") {
		d.problem(at, "%q is not a directory in the repository: want a path such as apps/shop, without a slash at its start and without \"..\"", p)
	}
}

func (d *document) gitURL(at, raw string) {
	switch u, err := url.Parse(raw); {
	case raw == "":
		d.problem(at, "want the repository's URL")
	case err == nil && u.User != nil && (u.Scheme == "http" || u.Scheme == "https"):
		d.problem(at, "the URL holds credentials: they belong into a file named by usernameFile and passwordFile")
	case err == nil && u.User != nil && hasPassword(u):
		d.problem(at, "the URL holds a password: use sshKeyFile")
	}
}

func hasPassword(u *url.URL) bool {
	_, ok := u.User.Password()
	return ok
}

func (d *document) httpURL(at, raw string) {
	if raw == "" {
		return
	}
	u, err := url.Parse(raw)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		d.problem(at, "want http(s)://host/path, without credentials, query and fragment")
	}
}

func (d *document) oneOf(at, what string, values ...string) {
	if count(values) == 0 {
		d.problem(at, "want %s", what)
	}
	d.atMostOne(at, what, values...)
}

func (d *document) atMostOne(at, what string, values ...string) {
	if count(values) > 1 {
		d.problem(at, "want only one of %s", what)
	}
}

func count(values []string) (n int) {
	for _, v := range values {
		if v != "" {
			n++
		}
	}
	return n
}
