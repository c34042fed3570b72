package config

import (
	"io/fs"
	"strings"
	"time"

	valid "k8s.io/apimachinery/pkg/util/validation"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/git"
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
	d.report("auth").OneOf("tokenFile or tokenEnv", c.Auth.TokenFile, c.Auth.TokenEnv)
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
	report := d.report("gitops")
	git.CheckURL(report, g.URL)
	g.Check(report)
	if g.App != nil {
		g.App.Check(report.Below("app"))
	}
	d.dirPath("gitops.path", g.Path)
	report.AtMostOne("signingKeyFile or signingKeyEnv", g.SigningKeyFile, g.SigningKeyEnv)
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
	if dir := strings.TrimSuffix(p, "/"); dir == "." || !fs.ValidPath(dir) {
		d.problem(at, "%q is not a directory in the repository: want a path such as apps/shop, without a slash at its start and without \"..\"", p)
	}
}
