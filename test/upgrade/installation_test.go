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

// installation is two Git repositories, the forges, an HTTP proxy to all of them, and a
// configuration file.
type installation struct {
	t              *testing.T
	gitops, source *gittest.Repo
	forges         *forges
	config         string // path of the configuration file
	proxy          string // URL of the proxy
	dir            string // directory of the frozen data or of the story
	tip            string // commit of the GitOps repository at the start
}

func newInstallation(t *testing.T, dir string, gitea *giteatest.Server) *installation {
	t.Helper()
	in := &installation{
		t: t, dir: dir, gitops: gittest.NewRepo(t, "gitops"), source: gittest.NewRepo(t, "shop"), forges: newForges(t, gitea),
		config: filepath.Join(t.TempDir(), "config.yaml"),
	}
	hosts := map[string]http.Handler{
		"github.acme.test": in.forges.github,
		"gitea.acme.test":  in.forges.gitea,
		"git.acme.test":    gitHost(t, in.gitops, in.source),
	}
	proxy := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		r.Host = strings.TrimPrefix(r.Host, "alias-") // the forges return links with their own hosts
		host, ok := hosts[r.Host]
		if !ok {
			t.Errorf("request to unknown host %s", r.Host)
			http.Error(rw, "no such host", http.StatusBadGateway)
			return
		}
		r.URL.Scheme, r.URL.Host = "", "" // as in a request that did not use a proxy
		// Forges ignore the case of names.
		r.URL.Path = strings.Replace(r.URL.Path, "/Acme/", "/acme/", 1)
		r.URL.RawPath = strings.Replace(r.URL.RawPath, "/Acme/", "/acme/", 1)
		host.ServeHTTP(rw, r)
	}))
	t.Cleanup(proxy.Close)
	in.proxy = proxy.URL
	return in
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

// restore restores the installation that is frozen in dir.
func restore(t *testing.T, dir string) *installation {
	t.Helper()
	in := newInstallation(t, dir, giteatest.Replay(t, []byte(read(t, filepath.Join(dir, "gitea.json")))))
	in.gitops.Import(t, in.frozen("gitops.fast-export"))
	in.source.Import(t, in.frozen("source.fast-export"))
	in.forges.apply(decodeOps(t, []byte(in.frozen("forges.jsonl")))...)
	in.configure(in.frozen("config.yaml"))
	in.tip = in.gitops.Tip(t, "main")
	return in
}

// frozen returns the content of a frozen file.
func (in *installation) frozen(name string) string {
	in.t.Helper()
	return read(in.t, filepath.Join(in.dir, name))
}

func read(t *testing.T, file string) string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func (in *installation) configure(text string) {
	in.t.Helper()
	if err := os.WriteFile(in.config, []byte(text), 0o600); err != nil {
		in.t.Fatal(err)
	}
}

// edit replaces old in the configuration. The test fails unless old occurs exactly once.
func (in *installation) edit(old, replacement string) {
	in.t.Helper()
	text := read(in.t, in.config)
	if n := strings.Count(text, old); n != 1 {
		in.t.Fatalf("%q occurs %d times in the configuration, want 1", old, n)
	}
	in.configure(strings.Replace(text, old, replacement, 1))
}

var setName = regexp.MustCompile(`(?m)^- name: (\S+)$`)

// sets returns the names of the sets in the configuration.
func (in *installation) sets() (names []string) {
	in.t.Helper()
	for _, found := range setName.FindAllStringSubmatch(read(in.t, in.config), -1) {
		names = append(names, found[1])
	}
	return names
}

// releases returns the directories of frozen data.
func releases(t *testing.T) []string {
	t.Helper()
	dirs, err := filepath.Glob(filepath.Join("testdata", "*", "config.yaml"))
	if err != nil || len(dirs) == 0 {
		t.Fatalf("testdata has no frozen data: %v", err)
	}
	for i, config := range dirs {
		dirs[i] = filepath.Dir(config)
	}
	return dirs
}
