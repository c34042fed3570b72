package config_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/forge"
	"github.com/previewset/previewset/generator/gitea"
	"github.com/previewset/previewset/internal/config"
	"github.com/previewset/previewset/internal/forges"
	"github.com/previewset/previewset/internal/secret"
	"github.com/previewset/previewset/test/fuzzing"
)

// complete is a configuration with every key of the design document.
const complete = `apiVersion: previewset.dev/v1alpha1
kind: Config
auth:
  tokenFile: /etc/previewset/token
poll: 60s
gitops:
  url: https://github.com/acme/gitops.git
  branch: main
  path: previews
  usernameFile: /etc/previewset/user
  passwordFile: /etc/previewset/password
  author: {name: previewset, email: previewset@acme.dev}
  signingKeyFile: /etc/previewset/key
sets:
- name: shop
  source:
    github: {owner: acme, repo: shop, tokenFile: /etc/previewset/github}
  select:
    pullRequests:
      labels: {all: [preview], any: [], none: [wip]}
      targetBranches: [main]
      drafts: false
      forks: deny
    branches:
      include: ["feature/*"]
      exclude: ["feature/tmp-*"]
  names:
    namespace: "{{.set}}-{{.id}}"
    host: "{{.id}}.{{.set}}.preview.localhost"
    dbSchema: "{{.set}}_{{.id}}"
  overlay:
    base: apps/shop/base
    components: [components/quota]
    images: [{name: ghcr.io/acme/shop, newTag: "{{.head_sha}}"}]
    labels: {}
    annotations: {}
  lifetime: {idle: 72h, max: 336h, keepLabel: preview/keep}
  limits: {previews: 30}
  guard: {removals: 10, percent: 50}
`

// textBefore returns text before a key, textFrom the rest that begins with the key.
func textBefore(text, key string) string { head, _, _ := strings.Cut(text, key); return head }
func textFrom(text, key string) string   { return strings.TrimPrefix(text, textBefore(text, key)) }

// minimal has only the keys without a default.
const minimal = `apiVersion: previewset.dev/v1alpha1
kind: Config
auth: {tokenEnv: TOKEN}
sets:
- name: shop
  source: {git: {url: https://git.acme.dev/shop.git}}
  select: {branches: {}}
`

// plainGit is the source of minimal.
const plainGit = "{git: {url: https://git.acme.dev/shop.git}}"

func parse(t *testing.T, text string) *config.Config {
	t.Helper()
	c, err := config.Parse("config.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestParseReadsEveryKey(t *testing.T) {
	c := parse(t, complete)
	s := c.Sets[0]
	selection, err := s.Selection()
	if err != nil {
		t.Fatal(err)
	}
	if q := selection.Query(); !q.PullRequests || !q.Branches {
		t.Errorf("got query %+v, want pull requests and branches", q)
	}
	if selection.PullRequests.ForkLabel != "" {
		t.Errorf("forks: deny: got fork label %q, want none", selection.PullRequests.ForkLabel)
	}
	if want := (generator.Lifetime{Idle: 72 * time.Hour, Max: 336 * time.Hour, KeepLabel: "preview/keep"}); selection.Lifetime != want {
		t.Errorf("got lifetime %+v, want %+v", selection.Lifetime, want)
	}
	if want := (generator.Guard{Removals: 10, Percent: 50, AtLeast: 3}); s.RemovalGuard() != want {
		t.Errorf("got guard %+v, want %+v", s.RemovalGuard(), want)
	}
}

func TestParseFillsDefaults(t *testing.T) {
	c := parse(t, minimal+"gitops: {url: /srv/gitops.git}\n")
	if time.Duration(c.Poll) != time.Minute || time.Duration(c.MaxAge) != time.Hour {
		t.Errorf("got poll %s and maxAge %s, want 1m and 1h", c.Poll, c.MaxAge)
	}
	if g := c.GitOps; g.Branch != "main" || g.Path != "previews" || g.Author.Name == "" || g.Author.Email == "" {
		t.Errorf("got gitops %+v, want all defaults", g)
	}
	if want := (generator.Guard{Removals: 10, Percent: 50, AtLeast: 3}); c.Sets[0].RemovalGuard() != want {
		t.Errorf("got guard %+v, want %+v", c.Sets[0].RemovalGuard(), want)
	}
	if c.ArgoCD != nil {
		t.Errorf("got argocd %+v, want nil", c.ArgoCD)
	}
	for _, present := range []string{"argocd:\n", "argocd: {}\n"} {
		if a := parse(t, minimal+present).ArgoCD; a == nil || *a != (config.ArgoCD{Namespace: "argocd", ConfigMap: "previewset"}) {
			t.Errorf("%q: got argocd %+v, want the defaults", present, a)
		}
	}
	if slow := parse(t, minimal+"poll: 30m\n"); time.Duration(slow.MaxAge) != 90*time.Minute {
		t.Errorf("poll 30m: got maxAge %s, want 1h30m", slow.MaxAge)
	}
	if none := parse(t, strings.Replace(minimal, "select:", "guard: {removals: 0, percent: 0, atLeast: 0}\n  select:", 1)); none.Sets[0].RemovalGuard() != (generator.Guard{}) {
		t.Errorf("guard of 0: got %+v, want no default", none.Sets[0].RemovalGuard())
	}
}

func TestReadTokenIsOptional(t *testing.T) {
	t.Parallel()
	for keys, want := range map[string]secret.Ref{
		"":                    {},
		", readTokenFile: /r": {File: "/r"},
		", readTokenEnv: R":   {Env: "R"},
	} {
		auth := parse(t, strings.Replace(minimal, "{tokenEnv: TOKEN}", "{tokenEnv: TOKEN"+keys+"}", 1)).Auth
		if auth.ReadToken() != want || auth.Token() != (secret.Ref{Env: "TOKEN"}) {
			t.Errorf("%q: got %+v and %+v, want the read token %+v", keys, auth.ReadToken(), auth.Token(), want)
		}
	}
}

func TestParseReadsGitea(t *testing.T) {
	g := parse(t, strings.NewReplacer(
		plainGit, "{gitea: {url: https://acme.dev/git, owner: acme, repo: shop, tokenFile: /t, webhookSecretEnv: W}}",
		"{branches: {}}", "{pullRequests: {}, branches: {}}",
	).Replace(minimal)).Sets[0].Source
	want := gitea.Stanza{URL: "https://acme.dev/git", Owner: "acme", Repo: "shop", Access: forge.Access{TokenFile: "/t", WebhookSecretEnv: "W"}}
	if stanza, ok := g.Stanza.(*gitea.Stanza); !ok || *stanza != want || g.Forge.Key != "gitea" || g.WebhookSecret() != (secret.Ref{Env: "W"}) {
		t.Errorf("got gitea %+v, want %+v", g, want)
	}
}

func TestParseSelectsAPresentKind(t *testing.T) {
	c := parse(t, strings.Replace(minimal, "{branches: {}}", "\n    branches:", 1))
	if s := c.Sets[0].Select; s.Branches == nil || s.PullRequests != nil {
		t.Errorf("got select %+v, want branches only", s)
	}
}

func TestParseReportsAllProblemsWithLines(t *testing.T) {
	text := strings.NewReplacer(
		"poll: 60s", "poll: soon",
		"  branch: main", "  brunch: main",
		"path: previews", "path: ../previews",
		"url: https://github.com/acme/gitops.git", "url: https://bot:hunter2@github.com/acme/gitops.git",
		"repo: shop,", "repo: acme/shop, colour: red,",
		`include: ["feature/*"]`, `include: ["!feature/*"]`,
		"components: [components/quota]", "components: [builtin:nope]",
		"percent: 50", "percent: 150",
	).Replace(complete)
	_, err := config.Parse("config.yaml", []byte(text))
	var problems *config.Problems
	if !errors.As(err, &problems) {
		t.Fatalf("got %v", err)
	}
	for _, want := range []string{
		`config.yaml:5: poll: "soon" is not a duration`,
		`config.yaml:8: gitops.brunch: unknown key "brunch": did you mean "branch"?`,
		"config.yaml:7: gitops.url: the URL contains credentials",
		"config.yaml:9: gitops.path:",
		`config.yaml:17: sets[0].source.github.colour: unknown key "colour": use owner, repo, `,
		`config.yaml:17: sets[0].source.github.repo: "acme/shop"`,
		"config.yaml:25: sets[0].select.branches.include[0]:",
		`config.yaml:33: sets[0].overlay.components[0]: the built-in component "nope" does not exist`,
		"config.yaml:39: sets[0].guard.percent: 150",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error lacks %q:\n%v", want, err)
		}
	}
	if strings.Contains(err.Error(), "hunter2") {
		t.Errorf("the error holds a password:\n%v", err)
	}
}

func TestParseReportsProblems(t *testing.T) {
	replace := func(old, new string) string { return strings.Replace(minimal, old, new, 1) }
	tests := []struct{ name, text, want string }{
		{"empty", "", "the file is empty"},
		{"not YAML", "a: [", "config.yaml:1:"},
		{"two documents", minimal + "---\n" + minimal, "more than one YAML document"},
		{"text instead of a map", replace("{tokenEnv: TOKEN}", "token"), "config.yaml:3: auth: got text, want a map of keys"},
		{"list instead of text", replace("{tokenEnv: TOKEN}", "{tokenEnv: [TOKEN]}"), "config.yaml:3: auth.tokenEnv: got a list, want text"},
		{"list instead of a duration", minimal + "poll: [1m]\n", "poll: got a list, want a duration: write a number with a unit, such as 90s, 15m or 3d"},
		{"negative lifetime", minimal + "  lifetime: {max: -1h}\n", "sets[0].lifetime.max: -1h is negative"},
		{"two colons", minimal + "poll: : 1m\n", "the file is not valid YAML: "},
		{"duplicate key", minimal + "poll: 5s\npoll: 6s\n", "already set"},
		{"version", replace("v1alpha1", "v9"), `apiVersion: got "previewset.dev/v9", want "previewset.dev/v1alpha1"`},
		{"kind", replace("Config", "Secret"), `kind: got "Secret", want "Config"`},
		{"no token", replace("{tokenEnv: TOKEN}", "{}"), "auth: set tokenFile or tokenEnv"},
		{"two tokens", replace("{tokenEnv: TOKEN}", "{tokenEnv: TOKEN, tokenFile: /t}"), "more than one key is set"},
		{"two read tokens", replace("{tokenEnv: TOKEN}", "{tokenEnv: TOKEN, readTokenEnv: A, readTokenFile: /b}"), "config.yaml:3: auth: more than one key is set: keep readTokenFile or readTokenEnv"},
		{"read token in the file of the token", replace("{tokenEnv: TOKEN}", "{tokenFile: /t, readTokenFile: /t}"), "config.yaml:3: auth.readTokenFile: the token that Argo CD sends is in the same place"},
		{"read token in the variable of the token", replace("{tokenEnv: TOKEN}", "{tokenEnv: T, readTokenEnv: T}"), "config.yaml:3: auth.readTokenEnv: the token that Argo CD sends is in the same place"},
		{"only a read token", replace("{tokenEnv: TOKEN}", "{readTokenEnv: T}"), "auth: set tokenFile or tokenEnv"},
		{"no sets", textBefore(minimal, "sets:"), "sets: the list is empty"},
		{"set name", replace("name: shop", "name: Shop_1"), `"Shop_1" is not a valid set name`},
		{"long set name", replace("name: shop", "name: "+strings.Repeat("a", 41)), "is not a valid set name"},
		{"two sets", minimal + textFrom(minimal, "- name"), `two sets have the name "shop"`},
		{"no source", replace(plainGit, "{}"), "set exactly one of"},
		{"two sources", replace("{git: {", "{gitea: {url: https://gitea.acme.dev, owner: acme, repo: shop}, git: {"), "set exactly one of " + forges.Keys()},
		{"no scheme in Git's URL", replace("https://git.acme.dev/shop.git", "shop.git"), "config.yaml:6: sets[0].source.git.url: the repository URL has no scheme: use https://, ssh://, git@host:path or an absolute path"},
		{"no colon in the GitOps URL", minimal + "gitops: {url: git@github.com/acme/gitops.git}\n", "gitops.url: the repository URL has no scheme: use https://, ssh://, git@host:path or"},
		{"GitLab", replace(plainGit, "{gitlab: {project: acme/shop}}"), "config.yaml:6: sets[0].source.gitlab: GitLab is not supported yet: use source.git for branches"},
		{"Bitbucket", replace(plainGit, "{bitbucket: {repo: shop}}"), "source.bitbucket: Bitbucket is not supported yet: use source.git for branches"},
		{"Bitbucket Data Center", replace(plainGit, "{bitbucketServer: }"), "source.bitbucketServer: Bitbucket Data Center is not supported yet: use source.git for branches"},
		{"Azure DevOps", replace(plainGit, "{azureDevOps: {repo: shop}}"), "source.azureDevOps: Azure DevOps is not supported yet: use source.git for branches"},
		{"no name in Git's URL", replace("https://git.acme.dev/shop.git", "/"), "config.yaml:6: sets[0].source.git.url: the repository URL has no repository name: add the path"},
		{"port of the GitOps URL", minimal + "gitops: {url: \"https://git.acme.dev:x/y\"}\n", "gitops.url: the repository URL is not valid: correct its host and its port"},
		{"scheme of the GitOps URL", minimal + "gitops: {url: \"gopher://git.acme.dev/y\"}\n", "gitops.url: the scheme of the repository URL must be https, http, ssh or file"},
		{"no URL of Gitea", replace(plainGit, "{gitea: {owner: acme, repo: shop}}"), "config.yaml:6: sets[0].source.gitea.url: the URL is missing"},
		{"credentials in Gitea's URL", replace(plainGit, "{gitea: {url: https://u:hunter2@gitea.acme.dev, owner: acme, repo: shop}}"), "gitea.url: the URL is not valid: use https://host/path, without credentials"},
		{"query in Gitea's URL", replace(plainGit, "{gitea: {url: \"https://gitea.acme.dev/?x=1\", owner: acme, repo: shop}}"), "query and fragment"},
		{"Gitea repository", replace(plainGit, "{gitea: {url: https://gitea.acme.dev, owner: acme, repo: acme/shop}}"), `gitea.repo: "acme/shop" is not the name of a repository`},
		{"Gitea owner", replace(plainGit, "{gitea: {url: https://gitea.acme.dev, repo: shop}}"), `gitea.owner: "" is not the login of an owner`},
		{"Gitea owner of dots", replace(plainGit, "{gitea: {url: https://gitea.acme.dev, owner: .., repo: shop}}"), `gitea.owner: ".." is not the login of an owner`},
		{"two tokens of Gitea", replace(plainGit, "{gitea: {url: https://gitea.acme.dev, owner: acme, repo: shop, tokenEnv: A, tokenFile: /b}}"), "keep tokenFile or tokenEnv"},
		{"two webhook secrets of Gitea", replace(plainGit, "{gitea: {url: https://gitea.acme.dev, owner: acme, repo: shop, webhookSecretEnv: A, webhookSecretFile: /b}}"), "keep webhookSecretFile or webhookSecretEnv"},
		{"a token and an App of GitHub", replace(plainGit, "{github: {owner: acme, repo: shop, tokenEnv: A, app: {id: 1, installationID: 2, privateKeyEnv: K}}}"), "keep tokenFile, tokenEnv or app"},
		{"pull requests from git", replace("{branches: {}}", "{pullRequests: {}}"), "has no pull requests"},
		{"nothing selected", replace("{branches: {}}", "{}"), "the set selects nothing"},
		{"overlay without gitops", minimal + "  overlay: {base: apps/shop}\n", "an overlay needs the key gitops"},
		{"admin namespace", minimal + "  overlay: {base: apps/shop, adminNamespace: shop/admin}\n", `config.yaml:8: sets[0].overlay.adminNamespace: "shop/admin" is not a valid namespace`},
		{"long admin namespace", minimal + "  overlay: {base: apps/shop, adminNamespace: " + strings.Repeat("a", 64) + "}\n", "is not a valid namespace"},
		{"nothing to allow", minimal + "  overlay:\n    base: apps/shop\n    allow:\n    - role\n    - secrets\n", `config.yaml:12: sets[0].overlay.allow[1]: "secrets" can't be allowed: use one of annotation, `},
		{"short poll", minimal + "poll: 10ms\n", "poll: 10ms is too short"},
		{"maxAge under three polls", minimal + "maxAge: 2m\n", "at least three times poll"},
		{"unknown parameter in a name", minimal + "  names: {namespace: \"{{.nope}}\"}\n", "nope"},
		{"argocd namespace", minimal + "argocd: {namespace: argo/cd}\n", `argocd.namespace: "argo/cd" is not a valid namespace`},
		{"argocd ConfigMap", minimal + "argocd: {configMap: ../x}\n", `argocd.configMap: "../x" is not a valid name`},
		{"a secret in the file", replace("{tokenEnv: TOKEN}", "{token: abc}"), `unknown key "token"`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := config.Parse("config.yaml", []byte(test.text))
			var problems *config.Problems
			if !errors.As(err, &problems) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v\nwant %q", err, test.want)
			}
		})
	}
}

// TestParseRejectsSecretsInTheFile also checks that no message repeats a secret.
func TestParseRejectsSecretsInTheFile(t *testing.T) {
	for name, secret := range map[string]string{
		"GitHub": "ghp_0123456789abcdefghijABCDEFGHIJ012345", "fine-grained": "github_pat_11ABCDEFG0123456789_abcdefghij",
		"GitLab": "glpat-0123456789abcdefghij", "key": "-----BEGIN RSA PRIVATE KEY-----",
	} {
		for _, text := range []string{
			strings.Replace(minimal, "tokenEnv: TOKEN", "tokenFile: "+secret, 1),
			strings.Replace(minimal, "tokenEnv: TOKEN", "tokenEnv: "+secret, 1),
			strings.Replace(minimal, "{tokenEnv: TOKEN}", secret, 1),
			minimal + "poll: " + secret + "\n",
			minimal + "\"" + secret + "\": x\n",
			minimal + "unknown: [{deep: \"https://bot:" + secret + "@host/\"}]\n",
		} {
			_, err := config.Parse("config.yaml", []byte(text))
			if err == nil || !strings.Contains(err.Error(), "this line holds a secret") || strings.Contains(err.Error(), secret[:12]) || strings.Contains(err.Error(), ":0:") {
				t.Errorf("%s: got %v, want an error with a line and without the secret, for\n%s", name, err, text)
			}
		}
	}
	if _, err := config.Parse("config.yaml", []byte(minimal+"gitops: {url: /srv/ghp_x/glpat-.git}\n")); err != nil {
		t.Errorf("path that starts like a token: %v", err)
	}
}

// TestParseBoundsHostileYAML reads small files that expand to a large value.
func TestParseBoundsHostileYAML(t *testing.T) {
	var laughs strings.Builder
	laughs.WriteString("a0: &a0 [x, x]\n")
	for i := range 60 {
		fmt.Fprintf(&laughs, "a%d: &a%d [*a%d, *a%d, *a%d]\n", i+1, i+1, i, i, i)
	}
	for name, text := range map[string]string{
		"aliases":            laughs.String(),
		"aliases, in a list": laughs.String() + "sets: *a60\n",
		"aliases, in a map":  "x: &x {a: 1}\nauth: {<<: [" + strings.Repeat("*x, ", 100_000) + "*x]}\n",
		"recursive aliases":  "auth: &a {tokenEnv: *a}\nsets: &s [*s]\n",
		"deep lists":         "sets: " + strings.Repeat("[", 500_000),
		"deep maps":          strings.Repeat("{a: ", 250_000),
		"deep blocks":        "sets:\n" + strings.Repeat("- ", 300_000) + "x\n",
		"many keys":          strings.Repeat("? x\n", 200_000),
		"many documents":     strings.Repeat("---\n", 250_000),
		"many tags":          strings.Repeat("!!map ", 150_000),
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			_, err := config.Parse("config.yaml", []byte(text))
			if err == nil || len(err.Error()) > 1<<20 {
				t.Errorf("got %.200v, want an error of at most 1 MiB", err)
			}
			if took := time.Since(start); took > 20*time.Second {
				t.Errorf("Parse took %s, want at most 20s", took)
			}
		})
	}
	file := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(file, []byte(minimal+"#"+strings.Repeat(" ", 1<<20)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := config.Load(file); err == nil || !strings.Contains(err.Error(), "larger than 1048576 bytes") {
		t.Errorf("file of more than 1 MiB: got %v, want an error", err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(complete))
	f.Add([]byte(minimal))
	f.Add([]byte("a: &a [*a, *a]"))
	judged := fuzzing.Judged(f, 2)
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := config.Parse("f", data)
		if (c == nil) == (err == nil) {
			t.Fatalf("got %v, %v, want either a configuration or an error", c, err)
		}
		if err != nil {
			return
		}
		judged()
		for _, s := range c.Sets {
			if _, err := s.Selection(); err != nil {
				t.Errorf("Selection of a valid configuration: %v", err)
			}
		}
	})
}

func TestExamplesAreValid(t *testing.T) {
	examples, err := filepath.Glob("../../examples/*/config.yaml")
	if err != nil || len(examples) < 5 {
		t.Fatalf("got %d examples, %v, want at least 5", len(examples), err)
	}
	for _, example := range examples {
		if _, err := config.Load(example); err != nil {
			t.Error(err)
		}
	}
}
