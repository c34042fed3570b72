package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/plugin"
	gittest "github.com/previewset/previewset/test/fake/git"
	githubtest "github.com/previewset/previewset/test/fake/github"
)

// statesServer is a service that returns these states to the bearer of its token.
func statesServer(t *testing.T, all plugin.StatesView) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/api/v1/previews" || r.Header.Get("Authorization") != "Bearer "+pluginToken {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		_ = json.NewEncoder(w).Encode(all)
	}))
	t.Cleanup(server.Close)
	return server
}

// ask runs a command that asks a service.
func ask(t *testing.T, server string, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte(pluginToken+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	status = Run(t.Context(), append(args, "--server", server, "--token-file", file), &out, &errs)
	return status, out.String(), errs.String()
}

func shopStates(now time.Time) plugin.StatesView {
	return plugin.StatesView{
		Sets: []plugin.SetView{
			{Set: "shop", Warnings: []generator.Warning{{Subject: "lifetime.idle", Message: "it has no effect"}}},
			{Set: "web", Problem: "no list of changes since 07:54: the forge returned status 502", Warnings: []generator.Warning{}},
		},
		Previews: []plugin.StateView{
			{Set: "shop", ID: "br-main", State: generator.StateDropped, Reason: generator.ReasonBranch, Message: "it matches one of: main", Kind: generator.Branch, Branch: "main"},
			{
				Set: "shop", ID: "pr-7", State: generator.StateCommitted, Message: "its entry has the newest commit", Since: now.Add(-3 * time.Hour),
				Kind: generator.PullRequest, Number: 7, Branch: "dark", Title: "Dark mode", Author: "ada", URL: "https://forge.test/acme/shop/pull/7",
				HeadSHA: strings.Repeat("a", 40), CommittedSHA: strings.Repeat("a", 40), LiveSHA: strings.Repeat("b", 40),
				Parameters: generator.Params{"namespace": "shop-pr-7", "preview_url": "https://pr-7.test"},
			},
			{
				Set: "shop", ID: "pr-42", State: generator.StateBehind, Reason: generator.ReasonOverlay, Kind: generator.PullRequest, Number: 42, Branch: "feature/search",
				Title: "Search for products in all languages of the shop", Since: now.Add(-49 * time.Hour),
				Message: "apps/shop/base/kustomization.yaml: no such file: deploy.yaml; the entry stays at the commit aaaaaaaa",
			},
		},
	}
}

func TestListPrintsTable(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) { // so that ages are those of the golden output
		server := statesServer(t, shopStates(time.Now()))
		defer server.Close()
		for _, test := range []struct {
			args   []string
			status int
			want   string
		}{
			{nil, statusFailed, `
SET   ID       STATE      CHANGE                 SINCE  MESSAGE
shop  br-main  dropped    main                   -      it matches one of: main
shop  pr-7     committed  Dark mode              3h     its entry has the newest commit
shop  pr-42    behind     Search for products …  2d1h   apps/shop/base/kustomization.yaml: no such …
3 changes: 1 dropped, 1 committed, 1 behind
shop: warning: lifetime.idle: it has no effect
web: problem: no list of changes since 07:54: the forge returned status 502
`},
			{[]string{"--set", "shop", "--state", "behind"}, statusDone, `
ID     STATE   CHANGE                            SINCE  MESSAGE
pr-42  behind  Search for products in all lang…  2d1h   apps/shop/base/kustomization.yaml: no such …
1 change: 1 behind
shop: warning: lifetime.idle: it has no effect
`},
			{[]string{"--set", "shop", "--state", "held", "--state", "live,failing"}, statusDone, `
no changes with --state held,live,failing
shop: warning: lifetime.idle: it has no effect
`},
			{[]string{"--set", "shop", "--state", "dropped,committed", "--wide"}, statusDone, `
ID       STATE      REASON  BRANCH  TITLE      AUTHOR  SINCE  HEAD                                      COMMITTED                                 LIVE                                      NAMESPACE  PREVIEW            URL                                  MESSAGE
br-main  dropped    branch  main    -          -       -      -                                         -                                         -                                         -          -                  -                                    it matches one of: main
pr-7     committed  -       dark    Dark mode  ada     3h     ` + strings.Repeat("a", 40) + "  " + strings.Repeat("a", 40) + "  " + strings.Repeat("b", 40) + `  shop-pr-7  https://pr-7.test  https://forge.test/acme/shop/pull/7  its entry has the newest commit
2 changes: 1 dropped, 1 committed
shop: warning: lifetime.idle: it has no effect
`},
		} {
			if status, got, stderr := ask(t, server.URL, append([]string{"list"}, test.args...)...); status != test.status || "\n"+got != test.want || stderr != "" {
				t.Errorf("list %v: got %d\n%s%s\nwant %d%s", test.args, status, got, stderr, test.status, test.want)
			}
		}
	})
}

// A row fits in 100 columns and is one line, whatever its texts are.
func TestListRowsFit(t *testing.T) {
	t.Parallel()
	wide := func(r rune) int {
		if strings.ContainsRune("界🚀", r) {
			return 2
		}
		return 1
	}
	for _, text := range []string{
		strings.Repeat("x", 300), strings.Repeat("界", 300), strings.Repeat("🚀 ", 99), "a\tb\nc\r\x1b[31mred\u202e\u009b", strings.Repeat("e\u0301\u0302\u0303\u0304\u0305\u0306", 99), "",
	} {
		view := plugin.StateView{Set: text, ID: text, State: generator.StateCommitted, Title: text, Branch: text, Message: text, Author: text, Since: time.Now().Add(-1000 * 24 * time.Hour)}
		all := plugin.StatesView{Sets: []plugin.SetView{{Set: text}, {Set: "web"}}, Previews: []plugin.StateView{view, view}}
		for _, mode := range []string{"", "--wide"} {
			_, got, _ := ask(t, statesServer(t, all).URL, append([]string{"list"}, strings.Fields(mode)...)...)
			lines := strings.Split(strings.TrimSuffix(got, "\n"), "\n")
			if len(lines) != 4 || strings.ContainsAny(got, "\t\r\x1b\u202e\u009b") {
				t.Errorf("%.20q %s: got %d lines, want 4: %q", text, mode, len(lines), got)
			}
			for _, line := range lines {
				columns := 0
				for _, r := range line {
					if r < '\u0300' || r > '\u036f' { // combining marks
						columns += wide(r)
					}
				}
				if mode == "" && columns > 100 {
					t.Errorf("%.20q: got %d columns, want at most 100: %s", text, columns, line)
				}
			}
		}
	}
}

// The id is cut last: CHANGE is cut to 8 columns before it, and MESSAGE to 20.
func TestListKeepsIDs(t *testing.T) {
	t.Parallel()
	text := strings.Repeat("x", 60)
	for _, test := range []struct {
		name             string
		id, change, sets int // widths of ID and CHANGE, and the number of sets
		want             string
	}{
		{"long id", 44, 60, 1, strings.Repeat("i", 44) + "  committed  xxxxxxx…  41d    " + text[:25] + "…\n"},
		{"short change", 44, 4, 1, strings.Repeat("i", 44) + "  committed  xxxx    41d    " + text[:27] + "…\n"},
		{"longer id", 53, 60, 1, strings.Repeat("i", 49) + "…  committed  xxxxxxx…  41d    " + text[:19] + "…\n"},
		{"long id of a set", 44, 60, 2, "shop  " + strings.Repeat("i", 44) + "  committed  xxxxxxx…  41d    " + text[:19] + "…\n"},
	} {
		view := plugin.StateView{
			Set: "shop", ID: strings.Repeat("i", test.id), State: generator.StateCommitted, Title: text[:test.change], Message: text,
			Since: time.Now().Add(-41 * 24 * time.Hour),
		}
		all := plugin.StatesView{Sets: []plugin.SetView{{Set: "shop"}, {Set: "web"}}[:test.sets], Previews: []plugin.StateView{view}}
		if _, got, _ := ask(t, statesServer(t, all).URL, "list"); !strings.Contains(got, "\n"+test.want) {
			t.Errorf("%s: got\n%swant\n%s", test.name, got, test.want)
		}
	}
}

func TestListFlags(t *testing.T) {
	t.Parallel()
	server := statesServer(t, shopStates(time.Now())).URL
	for _, test := range []struct{ args, want string }{
		{"list --state lively", `list: --state must be dropped, waiting, committed, syncing, live, behind, failing, held or removing, got "lively"`},
		{"list --set nope", `list: unknown set "nope": the service has the sets shop and web`},
		{"list --config x.yaml", "list: --server and --config can't be combined"},
		{"explain 7 --config x.yaml", "explain: --server and --config can't be combined"},
		{"list --server 127.0.0.1:4377", "list: --server has no http:// or https://: write the complete URL"},
		{"explain 7 --server localhost:4377", "explain: --server has no http:// or https://"},
		{"explain 7 --server ftp://x.test", "explain: --server must be the URL of a service"},
		{"explain 7 --server https://ada:password@x.test", "explain: --server must be the URL of a service without a user name"},
	} {
		args := strings.Fields(test.args)
		if !strings.Contains(test.args, "--server") {
			args = append(args, "--server", server)
		}
		file := filepath.Join(t.TempDir(), "token")
		if err := os.WriteFile(file, []byte(pluginToken), 0o600); err != nil {
			t.Fatal(err)
		}
		var errs bytes.Buffer
		if status := Run(t.Context(), append(args, "--token-file", file), io.Discard, &errs); status != statusUsage || !strings.Contains(errs.String(), test.want) || strings.Contains(errs.String(), "ada") {
			t.Errorf("%s: got %d %s, want %s", test.args, status, errs.String(), test.want)
		}
	}
	var errs bytes.Buffer
	if status := Run(t.Context(), []string{"list", "--token-file", "x"}, io.Discard, &errs); status != statusUsage || !strings.Contains(errs.String(), "--token-file needs --server") {
		t.Errorf("got %d %s, want a usage error", status, errs.String())
	}
}

// A set that fails does not hide the others.
func TestListOfConfiguration(t *testing.T) {
	t.Parallel()
	f, forge, app := newFixture(t), newForge(t), gittest.NewRepo(t, "web")
	app.Commit(t, "main", "Begin", map[string]string{"a": "1"})
	app.Branch(t, "cart", "main")
	forge.repo.OpenPull(githubtest.Pull{Title: "Dark mode"})
	forge.repo.OpenPull(githubtest.Pull{Title: "Search", Draft: true})
	f.configure(forge.pullRequestSet(f, "", "") +
		strings.Replace(gitSet(app.URL()), "name: shop", "name: web", 1) +
		strings.Replace(gitSet("/does/not/exist.git"), "name: shop", "name: lost", 1))
	status, got, _ := f.run("list")
	for _, want := range []string{
		"SET   ID ", "shop  pr-1     waiting  Dark mode  -      the next sync writes its entry\n", "shop  pr-2     dropped  Search     -      it is a draft: ",
		"web   br-main  dropped  main ", "web   br-cart  waiting  cart ", "\n4 changes: 2 dropped, 2 waiting\n", "lost: problem: ",
	} {
		if status != statusFailed || !strings.Contains(got, want) {
			t.Errorf("got status %d, want %d, and %q in\n%s", status, statusFailed, want, got)
		}
	}
	var all plugin.StatesView
	if status, got, _ = f.run("list", "--output", "json", "--set", "web,shop", "--state", "dropped"); status != statusDone || json.Unmarshal([]byte(got), &all) != nil {
		t.Fatalf("got %d %s, want JSON", status, got)
	}
	var ids []string
	for _, v := range all.Previews {
		ids = append(ids, v.Set+" "+v.ID)
	}
	if want := []string{"shop pr-2", "web br-main"}; !slices.Equal(ids, want) || len(all.Sets) != 2 || all.Sets[0].TakenAt.IsZero() {
		t.Errorf("got %v in %+v, want %v of two sets", ids, all.Sets, want)
	}
}
