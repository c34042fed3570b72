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

const (
	token = "a-token-of-some-length"
)

// world is all that a previewset needs: a forge with a repository for each set,
// a GitOps repository, and a configuration.
type world struct {
	size
	servers meter
	repos   []*githubtest.Repo
	forge   *forge.Forge
	api     string        // the forge's, by way of the meter
	gitops  *gittest.Repo // nil without overlays
	pushed  chan time.Time
	config  string // file
}

// size of a world: perSet is how many pull requests each repository has, and so
// previews each set.
type size struct {
	sets, perSet int
	overlays     bool
	poll         time.Duration
}

func newWorld(tb testing.TB, s size) *world {
	tb.Helper()
	w := &world{size: s, config: filepath.Join(tb.TempDir(), "config.yaml"), pushed: make(chan time.Time, 100)}
	origin := githubtest.New(tb)
	for i := range w.sets {
		repo := origin.Repo("acme", name(i))
		w.repos = append(w.repos, repo)
		for range w.perSet {
			repo.OpenPull(githubtest.Pull{Labels: []string{"preview", "team/checkout"}, Author: "some-developer"})
		}
	}
	w.forge = forge.New(tb, origin)
	hub := httptest.NewServer(w.servers.watch(w.forge))
	tb.Cleanup(hub.Close)
	w.api = hub.URL + githubtest.Enterprise
	gitops := ""
	if w.overlays {
		w.gitops = gittest.NewRepo(tb, "gitops")
		base, err := examples.ShopBase("apps/shop/base")
		if err != nil {
			tb.Fatal(err)
		}
		w.gitops.Commit(tb, "main", "Add the base", base)
		server := gittest.Serve(tb, w.gitops, gittest.ServeOptions{Middleware: func(next http.Handler) http.Handler {
			return w.tell(w.servers.watch(next))
		}})
		gitops = fmt.Sprintf("gitops: {url: %q}\n", server.URL)
	}
	w.configure(tb, gitops)
	return w
}

// tell tells of each push that was answered.
func (w *world) tell(next http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(rw, r)
		if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, gittest.ReceivePack) {
			select {
			case w.pushed <- time.Now():
			default: // nobody waits for one
			}
		}
	})
}

func name(set int) string { return fmt.Sprintf("app-%d", set+1) }

// configure writes the configuration.
func (w *world) configure(tb testing.TB, gitops string) {
	tb.Helper()
	file := filepath.Join(filepath.Dir(w.config), "token")
	var config strings.Builder
	fmt.Fprintf(&config, "apiVersion: previewset.dev/v1alpha1\nkind: Config\nauth: {tokenFile: %s}\npoll: %s\n%ssets:\n", file, w.poll, gitops)
	for i := range w.sets {
		fmt.Fprintf(&config, "- name: %s\n  source: {github: {owner: acme, repo: %s, apiURL: %q, tokenFile: %s, webhookSecretFile: %s}}\n", name(i), name(i), w.api, file, file)
		config.WriteString("  select: {pullRequests: {labels: {all: [preview]}}}\n")
		if gitops != "" {
			config.WriteString("  overlay: {base: apps/shop/base, images: [{name: ghcr.io/acme/shop, newTag: \"{{.head_sha}}\"}]}\n")
		}
	}
	for path, content := range map[string]string{w.config: config.String(), file: token} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			tb.Fatal(err)
		}
	}
}
