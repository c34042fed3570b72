package upgrade_test

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	gittest "github.com/previewset/previewset/test/fake/git"
	giteatest "github.com/previewset/previewset/test/fake/gitea"
)

// world is an installation: two Git repositories, the forges, a proxy that leads to
// all of them, and a configuration file.
type world struct {
	t              *testing.T
	gitops, source *gittest.Repo
	forges         *forges
	config         string // file
	proxy          string // URL
	dir            string // of the frozen data, or of the story
	tip            string // of the GitOps repository at the start
}

func newWorld(t *testing.T, dir string, gitea *giteatest.Server) *world {
	t.Helper()
	w := &world{
		t: t, dir: dir, gitops: gittest.NewRepo(t, "gitops"), source: gittest.NewRepo(t, "shop"), forges: newForges(t, gitea),
		config: filepath.Join(t.TempDir(), "config.yaml"),
	}
	hosts := map[string]http.Handler{
		"github.acme.test": w.forges.github,
		"gitea.acme.test":  w.forges.gitea,
		"git.acme.test":    gitHost(t, w.gitops, w.source),
	}
	proxy := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		host, ok := hosts[r.Host]
		if !ok {
			t.Errorf("a request left for %s", r.Host)
			http.Error(rw, "no such host", http.StatusBadGateway)
			return
		}
		r.URL.Scheme, r.URL.Host = "", "" // servers see the path alone
		host.ServeHTTP(rw, r)
	}))
	t.Cleanup(proxy.Close)
	w.proxy = proxy.URL
	return w
}

// gitHost serves repositories below /acme.
func gitHost(t *testing.T, repos ...*gittest.Repo) http.Handler {
	t.Helper()
	mux := http.NewServeMux()
	for _, r := range repos {
		backend, err := url.Parse(gittest.Serve(t, r, gittest.ServeOptions{}).URL)
		if err != nil {
			t.Fatal(err)
		}
		root := &url.URL{Scheme: backend.Scheme, Host: backend.Host}
		proxy := &httputil.ReverseProxy{Rewrite: func(p *httputil.ProxyRequest) { p.SetURL(root) }}
		mux.Handle("/acme"+backend.Path+"/", http.StripPrefix("/acme", proxy))
	}
	return mux
}

// thaw returns the installation that is frozen in dir.
func thaw(t *testing.T, dir string) *world {
	t.Helper()
	w := newWorld(t, dir, giteatest.Replay(t, []byte(read(t, filepath.Join(dir, "gitea.json")))))
	w.gitops.Import(t, w.frozen("gitops.fast-export"))
	w.source.Import(t, w.frozen("source.fast-export"))
	w.forges.do(decodeOps(t, []byte(w.frozen("forges.jsonl")))...)
	w.configure(w.frozen("config.yaml"))
	w.tip = w.gitops.Tip(t, "main")
	return w
}

// frozen returns the content of a frozen file.
func (w *world) frozen(name string) string {
	w.t.Helper()
	return read(w.t, filepath.Join(w.dir, name))
}

func read(t *testing.T, file string) string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func (w *world) configure(text string) {
	w.t.Helper()
	if err := os.WriteFile(w.config, []byte(text), 0o600); err != nil {
		w.t.Fatal(err)
	}
}

// edit replaces a text of the configuration that must be there once.
func (w *world) edit(old, now string) {
	w.t.Helper()
	text := read(w.t, w.config)
	if strings.Count(text, old) != 1 {
		w.t.Fatalf("the configuration does not have %q once", old)
	}
	w.configure(strings.Replace(text, old, now, 1))
}

var setName = regexp.MustCompile(`(?m)^- name: (\S+)$`)

// sets returns the names of the sets in the configuration.
func (w *world) sets() (names []string) {
	w.t.Helper()
	for _, found := range setName.FindAllStringSubmatch(read(w.t, w.config), -1) {
		names = append(names, found[1])
	}
	return names
}

// releases returns the directories of frozen data.
func releases(t *testing.T) []string {
	t.Helper()
	dirs, err := filepath.Glob(filepath.Join("testdata", "*", "config.yaml"))
	if err != nil || len(dirs) == 0 {
		t.Fatalf("no frozen data: %v", err)
	}
	for i, config := range dirs {
		dirs[i] = filepath.Dir(config)
	}
	return dirs
}
