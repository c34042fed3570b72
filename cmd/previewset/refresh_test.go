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

// cluster is a Kubernetes API with an ApplicationSet of "shop" and one of
// another set. Marks are refused as long as it is down.
type cluster struct {
	server *httptest.Server

	mu    sync.Mutex
	down  bool
	marks []string
}

func newCluster(t *testing.T) *cluster {
	t.Helper()
	c := &cluster{}
	c.server = httptest.NewServer(c)
	t.Cleanup(c.server.Close)
	return c
}

func (c *cluster) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	if c.down {
		http.Error(w, `{}`, http.StatusServiceUnavailable)
		return
	}
	if r.Method == http.MethodGet {
		_, _ = io.WriteString(w, `{"kind":"ApplicationSetList","metadata":{},"items":[`+user("previews", "shop")+`,`+user("others", "other")+`]}`)
		return
	}
	body, _ := io.ReadAll(r.Body)
	c.marks = append(c.marks, r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:]+" "+string(body))
	_, _ = io.WriteString(w, `{}`)
}

func user(name, set string) string {
	return fmt.Sprintf(`{"metadata":{"name":%q},"spec":{"generators":[{"plugin":{"configMapRef":{"name":"previewset"},"input":{"parameters":{"set":%q}}}}]}}`, name, set)
}

func (c *cluster) setDown(down bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.down = down
}

func (c *cluster) marked() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]string(nil), c.marks...)
}

func TestAChangedAnswerMarksItsApplicationSets(t *testing.T) {
	b, f, c := newBed(t), newForge(t), newCluster(t)
	b.poll = "1h"
	f.repo.OpenPull(githubtest.Pull{})
	b.configure(f.shopOn(b, "", ""))
	b.write("kubeconfig", fmt.Sprintf(`apiVersion: v1
kind: Config
current-context: here
contexts: [{name: here, context: {cluster: here, user: me}}]
clusters: [{name: here, cluster: {server: %q}}]
users: [{name: me, user: {}}]
`, c.server.URL))
	b.gitopsAt(fmt.Sprintf("{url: %q}\nargocd: {kubeconfigFile: %s}", b.gitops.URL(), b.file("kubeconfig")))
	s := b.serve()
	b.await("the first mark", func() bool { return len(c.marked()) == 1 })
	if mark := c.marked()[0]; !strings.HasPrefix(mark, "previews {") || !strings.Contains(mark, `"argocd.argoproj.io/application-set-refresh":"20`) {
		t.Errorf("the mark is %s", mark)
	}
	// A sync that changes nothing marks nothing; one whose mark failed is made
	// good by the next, which then has nothing else to tell.
	s.webhook(f, "push")
	c.setDown(true)
	f.repo.OpenPull(githubtest.Pull{})
	s.webhook(f, "push")
	s.awaitLog("ApplicationSets can't be refreshed")
	s.awaitIDs("shop", "pr-1", "pr-2")
	if n := len(c.marked()); n != 1 {
		t.Errorf("%d marks: %v", n, c.marked())
	}
	c.setDown(false)
	s.webhook(f, "push")
	b.await("the second mark", func() bool { return len(c.marked()) == 2 })
	// The API has the mark before the service has counted it.
	b.await("2 refreshes in the metrics", func() bool {
		_, metrics := s.get("/metrics")
		return strings.Contains(metrics, `previewset_refreshes_total{result="done",set="shop"} 2`)
	})
}

func TestArgoCDWithoutACluster(t *testing.T) {
	t.Setenv("KUBERNETES_SERVICE_HOST", "")
	b, f := newBed(t), newForge(t)
	b.configure(f.shopOn(b, "", ""))
	b.gitopsAt(fmt.Sprintf("{url: %q}\nargocd: {}", b.gitops.URL()))
	if status, _, stderr := b.run("serve", "--listen", "127.0.0.1:0"); status != statusFailed || !strings.Contains(stderr, "set argocd.kubeconfigFile") {
		t.Errorf("serve: status %d, %s", status, stderr)
	}
	b.mustRun("prune", "--once") // it has no use for Argo CD
}
