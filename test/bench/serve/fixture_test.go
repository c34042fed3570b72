package serve_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/previewset/previewset/examples"
	"github.com/previewset/previewset/test/bench/forge"
	gittest "github.com/previewset/previewset/test/fake/git"
	githubtest "github.com/previewset/previewset/test/fake/github"
)

const token = "a-token-of-some-length"

// fixture is a forge with a repository for each set, a GitOps repository, and a
// configuration.
type fixture struct {
	size
	servers meter
	repos   []*githubtest.Repo
	forge   *forge.Forge
	api     string         // URL of the forge's API behind the meter
	gitops  *gittest.Repo  // nil without overlays
	pushed  chan time.Time // receives the time of each answered push
	config  string         // path of the configuration
}

// size is the size of a fixture. perSet is the number of pull requests of each
// repository, and so the number of previews of each set.
type size struct {
	sets, perSet int
	overlays     bool
	poll         time.Duration
}

func newFixture(tb testing.TB, s size) *fixture {
	tb.Helper()
	f := &fixture{size: s, config: filepath.Join(tb.TempDir(), "config.yaml"), pushed: make(chan time.Time, 100)}
	origin := githubtest.New(tb)
	for i := range f.sets {
		repo := origin.Repo("acme", name(i))
		f.repos = append(f.repos, repo)
		for range f.perSet {
			repo.OpenPull(githubtest.Pull{Labels: []string{"preview", "team/checkout"}, Author: "some-developer"})
		}
	}
	f.forge = forge.New(tb, origin)
	hub := httptest.NewServer(f.servers.watch(f.forge))
	tb.Cleanup(hub.Close)
	f.api = hub.URL + githubtest.Enterprise
	gitops := ""
	if f.overlays {
		f.gitops = gittest.NewRepo(tb, "gitops")
		base, err := examples.ShopBase("apps/shop/base")
		if err != nil {
			tb.Fatal(err)
		}
		f.gitops.Commit(tb, "main", "Add the base", base)
		server := gittest.Serve(tb, f.gitops, gittest.ServeOptions{Middleware: func(next http.Handler) http.Handler {
			return f.reportPushes(f.servers.watch(next))
		}})
		gitops = fmt.Sprintf("gitops: {url: %q}\n", server.URL)
	}
	f.configure(tb, gitops)
	return f
}

// reportPushes sends the time of each answered push to f.pushed.
func (f *fixture) reportPushes(next http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(rw, r)
		if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, gittest.ReceivePack) {
			select {
			case f.pushed <- time.Now():
			default: // the channel is full: nobody receives
			}
		}
	})
}

func name(set int) string { return fmt.Sprintf("app-%d", set+1) }

// configure writes the configuration.
func (f *fixture) configure(tb testing.TB, gitops string) {
	tb.Helper()
	file := filepath.Join(filepath.Dir(f.config), "token")
	var config strings.Builder
	fmt.Fprintf(&config, "apiVersion: previewset.dev/v1alpha1\nkind: Config\nauth: {tokenFile: %s}\npoll: %s\n%ssets:\n", file, f.poll, gitops)
	for i := range f.sets {
		fmt.Fprintf(&config, "- name: %s\n  source: {github: {owner: acme, repo: %s, apiURL: %q, tokenFile: %s, webhookSecretFile: %s}}\n", name(i), name(i), f.api, file, file)
		config.WriteString("  select: {pullRequests: {labels: {all: [preview]}}}\n")
		if gitops != "" {
			config.WriteString("  overlay: {base: apps/shop/base, images: [{name: ghcr.io/acme/shop, newTag: \"{{.head_sha}}\"}]}\n")
		}
	}
	for path, content := range map[string]string{f.config: config.String(), file: token} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			tb.Fatal(err)
		}
	}
}
