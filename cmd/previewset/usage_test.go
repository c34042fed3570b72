package main

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/previewset/previewset/internal/config"
	gittest "github.com/previewset/previewset/test/fake/git"
)

func TestUsage(t *testing.T) {
	t.Parallel()
	tests := []struct {
		args   []string
		status int
		want   string
	}{
		{nil, statusUsage, "Usage: previewset COMMAND"},
		{[]string{"help"}, statusDone, "Usage: previewset COMMAND"},
		{[]string{"nope"}, statusUsage, `unknown command "nope"`},
		{[]string{"serve", "--nope"}, statusUsage, "-nope"},
		{[]string{"serve", "--help"}, statusDone, "-listen ADDRESS"},
		{[]string{"serve", "extra"}, statusUsage, `serve: unexpected argument "extra"`},
		{[]string{"serve", "--gitops", "x"}, statusUsage, "need --repo"},
		{[]string{"serve", "--log-format", "xml"}, statusUsage, "--log-format must be text or json"},
		{[]string{"prune", "--once", "--interval", "5m"}, statusUsage, "can't be combined"},
		{[]string{"prune", "--interval", "5ms"}, statusUsage, "too short"},
		{[]string{"plan", "--output", "yaml"}, statusUsage, "--output must be text or json"},
		{[]string{"components", "list", "--output="}, statusDone, "COMPONENT "},
		{[]string{"render"}, statusUsage, "render: the argument CHANGE is missing"},
		{[]string{"explain"}, statusUsage, "explain: the argument CHANGE is missing\nRun \"previewset explain --help\" for help.\n"},
		{[]string{"validate", ""}, statusUsage, "configuration: the name of the file is empty: name the file as the argument, or with --config\n"},
		{[]string{"plan", "--config", ""}, statusUsage, "configuration: the name of the file is empty: name the file with --config\n"},
		{[]string{"validate", "one", "two"}, statusUsage, `validate: unexpected argument "two"`},
		{[]string{"prune", "--interval", "5"}, statusUsage, `prune: --interval must be a duration such as 5m or 3d, got "5"`},
		{[]string{"prune", "--once=maybe"}, statusUsage, `prune: --once must be true or false, got "maybe"`},
		{[]string{"db", "create", "--connection-limit", "few"}, statusUsage, `--connection-limit must be a whole number, got "few"`},
		{[]string{"serve", "--log-level", "loud"}, statusUsage, `serve: --log-level must be debug, info, warn or error, got "loud"`},
		{[]string{"serve", "--log-level", "WARN+1", "--config", "/does/not/exist"}, statusUsage, "/does/not/exist"},
		{[]string{"version"}, statusDone, "previewset "},
		{[]string{"--version"}, statusDone, "previewset "},
		{[]string{"--version", "nope"}, statusUsage, `unknown command "nope"`},
		{[]string{"exlain", "-h"}, statusUsage, "unknown command \"exlain\". Did you mean this?\n\texplain\n"},
		{[]string{"db", "help", "sweeep"}, statusUsage, "unknown command \"db sweeep\". Did you mean this?\n\tsweep\n"},
		{[]string{"--", "plan"}, statusUsage, "unknown command \"plan\"\n"},
		{[]string{""}, statusUsage, "unknown command \"\"\n"},
		{[]string{"exlain", "42"}, statusUsage, "unknown command \"exlain\". Did you mean this?\n\texplain\n"},
		{[]string{"nope\x1b[31m", "--config", "x"}, statusUsage, `unknown command "nope\x1b[31m"`},
		{[]string{"plan", "--n\x1b[31m"}, statusUsage, "unknown flag: --n\\u001B[31m"},
		{[]string{"plan", "-config", "x"}, statusUsage, "unknown flag: -config. Did you mean --config?"},
		{[]string{"prune", "--interval", "3d", "--once"}, statusUsage, "can't be combined"},
		{[]string{"prune", "--interval", "1d-1h"}, statusUsage, "--interval must be a duration such as 5m or 3d"},
		{[]string{"db", "sweep", "--grace", "-1d12h", "--engine", "mysql", "--admin-url-env", "X"}, statusUsage, "--grace -1d12h is not positive"},
		{[]string{"--config", "/does/not/exist", "plan"}, statusUsage, "open /does/not/exist: no such file or directory: name the file with --config\n"},
		{[]string{"help", "db", "create"}, statusDone, "Usage: previewset db create [flags]"},
		{[]string{"help", "db", "nope"}, statusUsage, `unknown command "db nope"`},
		{[]string{"db", "help"}, statusDone, "Usage: previewset db COMMAND"},
		{[]string{"completion"}, statusUsage, "Usage: previewset completion SHELL"},
		{[]string{"completion", "tcsh"}, statusUsage, `unknown command "completion tcsh"`},
		{[]string{"completion", "bash", "extra"}, statusUsage, `completion bash: unexpected argument "extra"`},
		{[]string{"validate", "/does/not/exist"}, statusUsage, "/does/not/exist"},
	}
	for _, test := range tests {
		var out strings.Builder
		if status := Run(t.Context(), test.args, &out, &out); status != test.status || !strings.Contains(out.String(), test.want) {
			t.Errorf("previewset %s: status %d, want %d\n%s", strings.Join(test.args, " "), status, test.status, out.String())
		}
	}
}

// Every command that reads the configuration reports a file that it can't read in the same
// way.
func TestUnreadableConfigurationIsMistakeOfUsage(t *testing.T) {
	t.Parallel()
	for _, command := range []string{
		"serve", "prune", "plan", "render pr-1", "explain 1", "check", "validate", "validate --output json", "db sweep --engine mysql --admin-url-env X",
	} {
		for file, want := range map[string]string{"/does/not/exist": "no such file or directory: ", t.TempDir(): "is a directory: "} {
			var out strings.Builder
			args := append(strings.Fields(command), "--config", file)
			if status := Run(t.Context(), args, &out, &out); status != statusUsage || !strings.Contains(out.String(), want+"name the file ") {
				t.Errorf("%s: got status %d and %q, want %d and the remedy", command, status, out.String(), statusUsage)
			}
		}
	}
}

func TestValidate(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.configure(gitSet("/srv/shop.git"))
	if got := f.mustRun("validate"); !strings.Contains(got, "valid") {
		t.Errorf("got %s, want valid", got)
	}
	f.configure(strings.Replace(gitSet("/srv/shop.git"), "newTag: \"{{.head_sha}}\"", "newTag: \"{{.nope}}\", colour: red", 1))
	status, _, stderr := f.run("validate")
	if status != statusUsage || !strings.Contains(stderr, `unknown key "colour"`) {
		t.Errorf("got status %d, want %d and the unknown key in: %s", status, statusUsage, stderr)
	}
	f.configure(strings.Replace(gitSet("/srv/shop.git"), "{{.head_sha}}", "{{.nope}}", 1))
	status, stdout, stderr := f.run("validate", "--output", "json")
	if status != statusUsage || !strings.Contains(stdout, "nope") || !strings.Contains(stdout, `"valid": false`) {
		t.Errorf("%d %s%s", status, stdout, stderr)
	}
}

func TestBadInputIsReported(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		spoil func(t *testing.T, f *fixture, app *gittest.Repo)
		want  string // in the log, or in the error of serve
		ends  bool   // serve returns
	}{
		{"token file is missing", func(t *testing.T, f *fixture, _ *gittest.Repo) {
			if err := os.Remove(f.file("token")); err != nil {
				t.Fatal(err)
			}
		}, "token", true},
		{"token is empty", func(_ *testing.T, f *fixture, _ *gittest.Repo) { f.write("token", "\n") }, "empty secret", true},
		{"token is unresolved", func(_ *testing.T, f *fixture, _ *gittest.Repo) { f.write("token", "$previewset:token") }, "can't start with", true},
		{"unknown keys", func(_ *testing.T, f *fixture, _ *gittest.Repo) {
			f.configure("- name: shop\n  colour: red\n  size: 3\n")
		}, `unknown key "size"`, true},
		{"empty GitOps repository", func(t *testing.T, f *fixture, app *gittest.Repo) {
			f.gitops = gittest.NewRepo(t, "empty")
			f.configure(gitSet(app.URL()))
		}, "repository is empty", false},
		{"no such branch", func(_ *testing.T, f *fixture, app *gittest.Repo) {
			f.configure(gitSet(app.URL()))
			f.setGitOps(fmt.Sprintf("{url: %q, branch: nope}", f.gitops.URL()))
		}, "no such branch", false},
		{"no GitOps repository", func(t *testing.T, f *fixture, app *gittest.Repo) {
			f.configure(gitSet(app.URL()))
			f.setGitOps(fmt.Sprintf("{url: %q}", filepath.Join(t.TempDir(), "nope.git")))
		}, "repository not found", false},
		{"not writable", func(t *testing.T, f *fixture, _ *gittest.Repo) {
			f.gitops.Hook(t, "pre-receive", "echo this branch is protected >&2; exit 1")
		}, "push rejected", false},
		{"base is missing", func(_ *testing.T, f *fixture, app *gittest.Repo) {
			f.configure(strings.Replace(gitSet(app.URL()), "apps/shop/base", "apps/nope", 1))
		}, "apps/nope", false},
		{"no source", func(t *testing.T, f *fixture, _ *gittest.Repo) {
			f.configure(gitSet("file://" + filepath.Join(t.TempDir(), "gone.git")))
		}, "repository not found", false},
		{"empty source", func(t *testing.T, f *fixture, _ *gittest.Repo) {
			f.configure(gitSet(gittest.NewRepo(t, "bare").URL()))
		}, "list: ", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			f, app := newFixture(t), shopRepository(t)
			f.configure(gitSet(app.URL()))
			test.spoil(t, f, app)
			if test.ends {
				status, _, stderr := f.run("serve", "--listen", "127.0.0.1:0")
				if status == statusDone || !strings.Contains(stderr, test.want) {
					t.Errorf("got status %d, want a failure with %q in: %s", status, test.want, stderr)
				}
				return
			}
			s := f.serve("--prune")
			s.awaitLog(test.want)
			if status, p := s.getParams("shop"); status == http.StatusOK && len(p) > 0 {
				t.Errorf("got parameters %v, want none", p)
			}
		})
	}
}

func TestConfigurationReload(t *testing.T) {
	t.Parallel()
	f, app := newFixture(t), shopRepository(t)
	f.configure(gitSet(app.URL()))
	s := f.serve()
	before := s.awaitIDs("shop", "br-cart", "br-search")

	// The service refuses an invalid configuration and keeps the last one.
	f.write("config.yaml", "kind: [")
	s.awaitLog("a changed configuration was refused")
	_, metrics := s.get("/metrics")
	if !strings.Contains(metrics, "previewset_config_reload_failures_total 1") {
		t.Errorf("the metrics do not count the refusal")
	}
	if status, p := s.getParams("shop"); status != http.StatusOK || len(p) != 2 {
		t.Errorf("after an invalid configuration: got %d %v, want 2 previews", status, p)
	}

	// A valid configuration adds a set and changes a tag.
	f.configure(strings.Replace(gitSet(app.URL()), "head_sha", "head_short_sha", 1) +
		strings.Replace(gitSet(app.URL()), "name: shop", "name: web", 1))
	s.awaitIDs("web", "br-cart", "br-search")
	s.awaitSet("shop", func(now params) bool { return now.text("br-cart", "revision") != before.text("br-cart", "revision") })
	if built := f.mustRun("render", "--set", "shop", "--build", "br-cart"); !strings.Contains(built, "image: ghcr.io/acme/shop:"+app.Tip(t, "cart")[:8]+"\n") {
		t.Errorf("render does not use the new tag:\n%s", built)
	}

	// A new token replaces the old one.
	f.token = "canary~rotated?token>>6/&%zz"
	f.writeSecret("token", f.token)
	s.awaitIDs("shop", "br-cart", "br-search")
	f.token = pluginToken
	if status, _ := s.getParams("shop"); status != http.StatusUnauthorized {
		t.Errorf("the old token: got status %d, want %d", status, http.StatusUnauthorized)
	}
}

// realBranches are branch names of real repositories.
var realBranches = []string{
	"dependabot/npm_and_yarn/lodash-4.17.21", "dependabot/go_modules/golang.org/x/net-0.38.0",
	"dependabot/github_actions/actions/checkout-4", "renovate/major-react-monorepo", "renovate/configure",
	"renovate/ghcr.io-acme-shop-1.x-lockfile", "JIRA-1234", "SHOP-17-Fix_the-Cart", "bugfix/SHOP-1234_checkout-crash",
	"feature/a-b", "feature-a-b", "Feature/A-B", "release/2024.10.1", "hotfix/1.2.3", "revert-42-feature/a-b",
	"user/ada/wip", "gh-readonly-queue/main/pr-1234-0123456789abcdef", "ümlaut/größe", "日本語", "emoji-🚀",
	"a", "pr-42", "br-main", "select", "pg_catalog", "kube-system", "copilot/fix-cart-total",
	strings.Repeat("very-", 20) + "long", strings.Repeat("very-", 20) + "long2", "x.y.z", "@home", "1", "-dash-not-first"[1:],
}

func TestServeRepo(t *testing.T) {
	t.Parallel()
	app := gittest.NewRepo(t, "Web_Shop")
	tip := app.Commit(t, "main", "Begin", map[string]string{"README": "x\n"})
	var refs strings.Builder
	for i := range 10 {
		for _, name := range realBranches {
			if i > 0 {
				name += "-" + strings.Repeat("i", i)
			}
			refs.WriteString("create refs/heads/" + name + " " + tip + "\n")
		}
	}
	update := exec.Command("git", "update-ref", "--stdin")
	update.Dir, update.Stdin = app.Dir, strings.NewReader(refs.String())
	if out, err := update.CombinedOutput(); err != nil {
		t.Fatalf("git update-ref: %v\n%s", err, out)
	}
	want := 10 * (len(realBranches) - 1) // without the branches of a merge queue, and main

	t.Run("parameters", func(t *testing.T) {
		t.Parallel()
		f := newFixture(t)
		s, out := f.serveRepo("--repo", app.URL())
		p := s.awaitSet("web-shop", func(p params) bool { return len(p) == want })
		for _, name := range []string{"name", "namespace", "host", "db_schema"} {
			seen := map[string]bool{}
			for id := range p {
				seen[p.text(id, name)] = true
			}
			if len(seen) != want {
				t.Errorf("got %d values of %s for %d branches", len(seen), name, want)
			}
		}
		for _, text := range []string{"kind: Config", "curl -s http://localhost:", "kind: ApplicationSet", "{{.head_sha}}"} {
			if !strings.Contains(out, text) {
				t.Errorf("no %q in\n%s", text, out)
			}
		}
		if strings.Contains(s.logText(), f.token) {
			t.Error("the log contains the token")
		}
	})
	t.Run("overlays", func(t *testing.T) {
		t.Parallel()
		f := newFixture(t)
		f.gitops.Commit(t, "main", "A base where it is looked for", map[string]string{
			"base/kustomization.yaml": "resources: [config.yaml]\n",
			"base/config.yaml":        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app}\n",
		})
		s, _ := f.serveRepo("--repo", app.Dir, "--gitops", f.gitops.Dir)
		p := s.awaitSet("web-shop", func(p params) bool { return len(p) == want })
		if p["br-main"] != nil {
			t.Error("got a preview of the default branch, want none")
		}
		for id := range p {
			f.checkRevisions(params{id: p[id]})
			break
		}
	})
	t.Run("no base", func(t *testing.T) {
		t.Parallel()
		var out strings.Builder
		status := Run(t.Context(), []string{"serve", "--repo", app.Dir, "--gitops", app.Dir, "--listen", "127.0.0.1:0"}, &out, &out)
		if status != statusFailed || !strings.Contains(out.String(), "--base") {
			t.Errorf("got status %d, want %d and the flag --base in: %s", status, statusFailed, out.String())
		}
	})
}

func TestListenErrorIsPrintedOnce(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.configure(gitSet("/srv/shop.git"))
	status, _, stderr := f.run("serve", "--listen", "foo")
	if want := "previewset: listen on \"foo\": missing port in address: use HOST:PORT or :PORT with a free port, such as :4355\n"; status != statusFailed || !strings.HasSuffix(stderr, want) {
		t.Errorf("%d %s, want %s", status, stderr, want)
	}
}

func TestSetFlagNamesConfiguredSet(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.configure(gitSet("/srv/shop.git") + strings.Replace(gitSet("/srv/web.git"), "name: shop", "name: web", 1))
	const want = `: unknown set "nope": the configuration has the sets shop and web`
	for _, args := range [][]string{{"explain", "42"}, {"render", "42"}, {"list"}} {
		if status, _, stderr := f.run(append(args, "--set", "shop,nope")...); status != statusUsage || !strings.Contains(stderr, args[0]+want) {
			t.Errorf("%s: got %d %s, want %s", args[0], status, stderr, want)
		}
	}
}

// A file that the user may not read is the right file: another name is no remedy.
func TestRemedyOfUnreadableFile(t *testing.T) {
	t.Parallel()
	for want, err := range map[string]error{
		"configuration: open x: file does not exist: name it":                                 &config.ReadError{Err: &fs.PathError{Op: "open", Path: "x", Err: fs.ErrNotExist}},
		"configuration: open x: permission denied: give this user the right to read the file": &config.ReadError{Err: &fs.PathError{Op: "open", Path: "x", Err: fs.ErrPermission}},
		"configuration: its files change all the time: try again":                             &config.ReadError{Err: config.ErrUnstable},
		"canary": errors.New("canary"),
	} {
		if got := withRemedy(err, "name it"); got.Error() != want || !errors.Is(got, err) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
