package config

import (
	"io/fs"
	"slices"
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
		d.addProblem("apiVersion", "got %q, want %q", c.APIVersion, APIVersion)
	}
	if c.Kind != Kind {
		d.addProblem("kind", "got %q, want %q", c.Kind, Kind)
	}
	d.checkAuth(c.Auth)
	if c.Poll < Duration(time.Second) {
		d.addProblem("poll", "%s is too short: use at least 1s", c.Poll)
	}
	if c.MaxAge < 3*c.Poll {
		d.addProblem("maxAge", "%s is too short: use at least three times poll (%s)", c.MaxAge, c.Poll)
	}
	if c.GitOps != nil {
		d.checkGitOps(c.GitOps)
	}
	if c.ArgoCD != nil {
		d.checkArgoCD(c.ArgoCD)
	}
	if len(c.Sets) == 0 {
		d.addProblem("sets", "the list is empty: add a set with a source")
	}
	names := map[string]string{} // the paths of the sets so far
	for i := range c.Sets {
		path, name := index("sets", i), c.Sets[i].Name
		d.checkSet(path, c, &c.Sets[i])
		if other, taken := names[name]; taken && name != "" {
			d.addProblem(path+".name", "two sets have the name %q: rename this one, or that of %s", name, d.placeOf(other))
		}
		names[name] = path
	}
	d.checkNames(c)
}

// checkNames checks the name templates of each set, and then those of all sets together if
// there is no other problem.
func (d *document) checkNames(c *Config) {
	for i, patterns := range c.Patterns() {
		path := index("sets", i)
		for _, problem := range naming.CheckTemplates(patterns) {
			d.addProblem(path+"."+problem.Key, "%s", templatePlace.ReplaceAllString(problem.Err.Error(), ""))
		}
	}
	if len(d.problems.List) > 0 {
		return
	}
	if _, err := naming.NewNamers(c.Patterns()); err != nil {
		d.addError("sets", err)
	}
}

func (d *document) checkAuth(a Auth) {
	report := d.reportBelow("auth")
	report.OneOf("tokenFile or tokenEnv", a.TokenFile, a.TokenEnv)
	report.AtMostOne("readTokenFile or readTokenEnv", a.ReadTokenFile, a.ReadTokenEnv)
	for _, pair := range []struct{ key, read, full string }{
		{"readTokenFile", a.ReadTokenFile, a.TokenFile}, {"readTokenEnv", a.ReadTokenEnv, a.TokenEnv},
	} {
		if pair.read != "" && pair.read == pair.full {
			report(pair.key, "the token that Argo CD sends is in the same place: use another token, because this one must open nothing but the state")
		}
	}
}

func (d *document) checkGitOps(g *GitOps) {
	report := d.reportBelow("gitops")
	git.CheckURL(report, g.URL)
	git.CheckBranch(report, "branch", g.Branch)
	g.Check(report)
	if g.App != nil {
		g.App.Check(report.Below("app"))
	}
	d.checkDir("gitops.path", g.Path)
	report.AtMostOne("signingKeyFile or signingKeyEnv", g.SigningKeyFile, g.SigningKeyEnv)
	for _, field := range []struct{ path, value string }{{"gitops.author.name", g.Author.Name}, {"gitops.author.email", g.Author.Email}} {
		if strings.ContainsAny(field.value, "<>\n\x00") {
			d.addProblem(field.path, "%q holds a character that Git does not allow here: remove <, >, line breaks and NUL", field.value)
		}
	}
}

// isLabel reports whether s is an RFC 1123 label, as the name of a namespace is.
func isLabel(s string) bool { return len(valid.IsDNS1123Label(s)) == 0 }

// isObjectName reports whether Kubernetes takes s as the name of most objects.
func isObjectName(s string) bool { return len(valid.IsDNS1123Subdomain(s)) == 0 }

func (d *document) checkArgoCD(a *ArgoCD) {
	if !isLabel(a.Namespace) {
		d.addProblem("argocd.namespace", "%q is not a valid namespace: use the namespace of Argo CD", a.Namespace)
	}
	if !isObjectName(a.ConfigMap) {
		d.addProblem("argocd.configMap", "%q is not a valid name of a ConfigMap: use lower-case letters, digits, - and .", a.ConfigMap)
	}
	d.reportBelow("argocd").HTTPURL("url", a.URL)
}

func (d *document) checkSet(path string, c *Config, s *Set) {
	if !isLabel(s.Name) || len(s.Name) > maxSetName {
		d.addProblem(path+".name", "%q is not a valid set name: use 1 to %d lower-case letters, digits and dashes", s.Name, maxSetName)
	}
	d.checkSource(path+".source", s)
	d.checkSelect(path+".select", s.Select)
	d.checkVariants(path, s)
	if s.Overlay != nil {
		d.checkOverlay(path+".overlay", c, s.Overlay)
		d.checkSpec(path+".overlay", s)
	}
	d.checkLifetime(path, s)
	if s.Feedback != nil {
		d.checkFeedback(path+".feedback", s)
	}
	if s.Limits.Previews < 0 {
		d.addProblem(path+".limits.previews", "%d is negative: use a positive number, or 0 for no limit", s.Limits.Previews)
	}
	if *s.Guard.Removals < 0 {
		d.addProblem(path+".guard.removals", "%d is negative: use 0 or more", *s.Guard.Removals)
	}
	if *s.Guard.AtLeast < 0 {
		d.addProblem(path+".guard.atLeast", "%d is negative: use 0 or more", *s.Guard.AtLeast)
	}
	if p := *s.Guard.Percent; p < 0 || p > 100 {
		d.addProblem(path+".guard.percent", "%d is not a percentage: use 0 to 100", p)
	}
}

func (d *document) checkSelect(path string, s Select) {
	if s.PullRequests == nil && s.Branches == nil {
		d.addProblem(path, "the set selects nothing: add pullRequests, branches or both")
	}
	if p := s.PullRequests; p != nil {
		d.checkGlobs(path+".pullRequests.targetBranches", p.TargetBranches)
		d.checkLabels(path+".pullRequests", p)
	}
	if b := s.Branches; b != nil {
		d.checkGlobs(path+".branches.include", b.Include)
		d.checkGlobs(path+".branches.exclude", b.Exclude)
	}
}

// checkLabels reports labels that a pull request must have and must not have.
func (d *document) checkLabels(path string, p *PullRequests) {
	for i, label := range p.Labels.None {
		switch {
		case slices.Contains(p.Labels.All, label):
			d.addProblem(index(path+".labels.none", i), "the label %q is also in labels.all, so no pull request is selected: remove it from one list", label)
		case label == p.Forks:
			d.addProblem(index(path+".labels.none", i), "the label %q is also that of forks, so no fork is selected: use another label, or forks: deny", label)
		}
	}
	if len(p.Labels.Any) > 0 && !slices.ContainsFunc(p.Labels.Any, func(l string) bool { return !slices.Contains(p.Labels.None, l) }) {
		d.addProblem(path+".labels.any", "each of these labels is also in labels.none, so no pull request is selected: remove one from that list")
	}
}

func (d *document) checkGlobs(path string, patterns []string) {
	for i, p := range patterns {
		if _, err := generator.ParseGlob(p); err != nil {
			d.addError(index(path, i), err)
		}
	}
}

// checkDir checks that a path is a directory of a repository: relative, clean and not
// the root.
func (d *document) checkDir(path, value string) {
	if dir := strings.TrimSuffix(value, "/"); dir == "." || !fs.ValidPath(dir) {
		d.addProblem(path, "%q is not a directory in the repository: use a path such as apps/shop, without a leading slash and without \"..\"", value)
	}
}
