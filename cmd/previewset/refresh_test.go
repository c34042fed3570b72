package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	githubtest "github.com/previewset/previewset/test/fake/github"
)

// fakeCluster is a Kubernetes API with an ApplicationSet of the set shop and one of
// another set. It records refresh annotations, and refuses requests while it is down.
type fakeCluster struct {
	server *httptest.Server

	mu    sync.Mutex
	down  bool
	marks []string
}

func newCluster(t *testing.T) *fakeCluster {
	t.Helper()
	c := &fakeCluster{}
	c.server = httptest.NewServer(c)
	t.Cleanup(c.server.Close)
	return c
}

func (c *fakeCluster) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	if c.down {
		http.Error(w, `{}`, http.StatusServiceUnavailable)
		return
	}
	if r.Method == http.MethodGet {
		_, _ = io.WriteString(w, `{"kind":"ApplicationSetList","metadata":{},"items":[`+applicationSet("previews", "shop")+`,`+applicationSet("others", "other")+`]}`)
		return
	}
	body, _ := io.ReadAll(r.Body)
	c.marks = append(c.marks, r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:]+" "+string(body))
	_, _ = io.WriteString(w, `{}`)
}

func applicationSet(name, set string) string {
	return fmt.Sprintf(`{"metadata":{"name":%q},"spec":{"generators":[{"plugin":{"configMapRef":{"name":"previewset"},"input":{"parameters":{"set":%q}}}}]}}`, name, set)
}

func (c *fakeCluster) setDown(down bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.down = down
}

func (c *fakeCluster) markedSets() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]string(nil), c.marks...)
}

func TestChangedParametersRefreshApplicationSets(t *testing.T) {
	t.Parallel()
	f, forge, c := newFixture(t), newForge(t), newCluster(t)
	f.poll = "1h"
	forge.repo.OpenPull(githubtest.Pull{})
	f.configure(forge.pullRequestSet(f, "", ""))
	f.write("kubeconfig", fmt.Sprintf(`apiVersion: v1
kind: Config
current-context: here
contexts: [{name: here, context: {cluster: here, user: me}}]
clusters: [{name: here, cluster: {server: %q}}]
users: [{name: me, user: {}}]
`, c.server.URL))
	f.setGitOps(fmt.Sprintf("{url: %q}\nargocd: {kubeconfigFile: %s}", f.gitops.URL(), f.file("kubeconfig")))
	s := f.serve()
	f.await("the first refresh", func() bool { return len(c.markedSets()) == 1 })
	if mark := c.markedSets()[0]; !strings.HasPrefix(mark, "previews {") || !strings.Contains(mark, `"argocd.argoproj.io/application-set-refresh":"20`) {
		t.Errorf("got the refresh %s", mark)
	}
	// A sync without changes refreshes nothing. After a failed refresh, the next sync
	// refreshes, although it has no changes itself.
	s.webhook(forge, "push")
	c.setDown(true)
	forge.repo.OpenPull(githubtest.Pull{})
	s.webhook(forge, "push")
	s.awaitLog("ApplicationSets can't be refreshed")
	s.awaitIDs("shop", "pr-1", "pr-2")
	if n := len(c.markedSets()); n != 1 {
		t.Errorf("got %d refreshes, want 1: %v", n, c.markedSets())
	}
	c.setDown(false)
	s.webhook(forge, "push")
	f.await("the second refresh", func() bool { return len(c.markedSets()) == 2 })
	// The service counts a refresh after the request.
	f.await("2 refreshes in the metrics", func() bool {
		_, metrics := s.get("/metrics")
		return strings.Contains(metrics, `previewset_refreshes_total{result="done",set="shop"} 2`)
	})
}

func TestArgoCDWithoutACluster(t *testing.T) {
	t.Parallel()
	f, forge := newFixture(t), newForge(t)
	f.configure(forge.pullRequestSet(f, "", ""))
	f.setGitOps(fmt.Sprintf("{url: %q}\nargocd: {}", f.gitops.URL()))
	if status, _, stderr := f.run("serve", "--listen", "127.0.0.1:0"); status != statusFailed || !strings.Contains(stderr, "set argocd.kubeconfigFile") {
		t.Errorf("serve: status %d, %s", status, stderr)
	}
	f.mustRun("prune", "--once") // prune does not connect to Argo CD
}
