package service_test

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	gittest "github.com/previewset/previewset/test/fake/git"
	githubtest "github.com/previewset/previewset/test/fake/github"
	kubetest "github.com/previewset/previewset/test/fake/kube"
)

func TestMetricsOfSyncsAndAnswers(t *testing.T) {
	t.Parallel()
	h, app := newHarness(t), newApp(t, "cart", "search")
	start := time.Now()
	h.configure("1s", fmt.Sprintf("gitops: {url: %q}\nsets:\n%s%s", h.gitops.URL(),
		branchSet("shop", app.URL(), overlay), branchSet("broken", app.URL()+"-absent")))
	h.start()
	h.awaitIDs("shop", "br-cart", "br-search")
	h.await("a failed sync", func() bool { return h.series()[`sync_failures_total{set="broken"}`] > 0 })

	before := h.series()
	for range 3 {
		h.ask("shop", bearerToken)
	}
	h.ask("broken", bearerToken)
	h.ask("unknown", bearerToken)
	h.ask("shop", "wrong")
	h.send(http.MethodPost, "/api/v1/getparams.execute", "nope", http.Header{"Authorization": {"Bearer " + bearerToken}})
	after := h.series()
	for name, want := range map[string]float64{
		`answers_total{code="200",set="shop"}`: 3, `answers_total{code="503",set="broken"}`: 1, `answers_total{code="404",set=""}`: 1,
		`answers_total{code="400",set=""}`: 1, `answers_total{code="401",set=""}`: 1, `answers_total{code="401",set="shop"}`: 0,
		`answer_duration_seconds_count{set="shop"}`: 3, `answer_duration_seconds_count{set="broken"}`: 1, `answer_duration_seconds_count{set=""}`: 3,
	} {
		if got := after[name] - before[name]; got != want {
			t.Errorf("%s: got %v more, want %v", name, got, want)
		}
	}
	if took := after[`answer_duration_seconds_sum{set="shop"}`]; took <= 0 || took > time.Since(start).Seconds() {
		t.Errorf("got answers that took %v s, want more than 0 and at most the time of the test", took)
	}
	h.checkSeries(map[string]float64{
		`previews{set="shop"}`: 2, `previews_held{set="shop"}`: 0, `changes_dropped{reason="branch",set="shop"}`: 1,
		`commits_total{set="shop"}`: 1, `sync_failures_total{set="shop"}`: 0, `commits_total{set="broken"}`: 0,
		`config_reload_failures_total`: 0,
	})
	if age := after[`snapshot_age_seconds{set="shop"}`]; age < 0 || age > time.Since(start).Seconds() {
		t.Errorf("got a snapshot that is %v s old, want at most the time of the test", age)
	}
	for _, name := range []string{"previews", "previews_held", "snapshot_age_seconds", "changes_dropped"} {
		h.noSeries(name + `{set="broken"`)
	}
	count, took := after[`sync_duration_seconds_count{set="shop"}`], after[`sync_duration_seconds_sum{set="shop"}`]
	if most := time.Since(start).Seconds(); count < 1 || took <= 0 || took > most {
		t.Errorf("got %v syncs that took %v s, want at least 1 that took at most %v s", count, took, most)
	}

	// A reason that no longer occurs has no series.
	withMain := strings.Replace(branchSet("shop", app.URL(), overlay), "exclude: [main]", "exclude: []", 1)
	h.configure("1s", fmt.Sprintf("gitops: {url: %q}\nsets:\n%s", h.gitops.URL(), withMain))
	h.awaitIDs("shop", "br-cart", "br-main", "br-search")
	h.awaitSeries(`previews{set="shop"}`, 3)
	h.noSeries("changes_dropped")
	h.await("the metrics of the removed set to disappear", func() bool { return !strings.Contains(fmt.Sprint(h.series()), `set="broken"`) })

	// Two branches end.
	app.DeleteBranch(t, "cart")
	app.DeleteBranch(t, "search")
	h.awaitIDs("shop", "br-main")
	h.awaitSeries(`previews{set="shop"}`, 1)
	if commits := h.series()[`commits_total{set="shop"}`]; commits != 3 && commits != 4 { // both in one commit, or one after the other
		t.Errorf("got %v commits, want 3 or 4", commits)
	}
}

func TestMetricsOfFailingOverlays(t *testing.T) {
	t.Parallel()
	h, app := newHarness(t), newApp(t, "cart", "search")
	h.configure("1s", fmt.Sprintf("gitops: {url: %q}\nsets:\n%s", h.gitops.URL(), branchSet("shop", app.URL(), overlay)))
	h.start()
	h.awaitIDs("shop", "br-cart", "br-search")
	h.noSeries("overlays_failing")
	failing := func(file, reason string) float64 {
		for name, value := range h.series() {
			if strings.HasPrefix(name, `overlays_failing{file="`+file+`",reason="`+reason+`"`) && strings.HasSuffix(name, `,set="shop"}`) {
				return value
			}
		}
		return 0
	}
	for _, test := range []struct{ name, reason, content string }{
		{"not YAML", "build", "kind: [\n"},
		{"refused by the policy", "refused", "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: other}\n"},
	} {
		h.gitops.Commit(t, "main", "Break the base", map[string]string{"base/settings.yaml": test.content})
		h.await(test.name+": both overlays to fail", func() bool { return failing("base/settings.yaml", test.reason) == 2 })
		h.gitops.Commit(t, "main", "Fix the base", map[string]string{"base/settings.yaml": settings})
		h.await(test.name+": the overlays to build", func() bool { return failing("base/settings.yaml", test.reason) == 0 })
		h.noSeries("overlays_failing")
	}
	h.awaitIDs("shop", "br-cart", "br-search")
}

// The guard holds previews that the configuration would remove.
func TestMetricOfHeldPreviews(t *testing.T) {
	t.Parallel()
	h, app := newHarness(t), newApp(t, "cart", "search")
	h.configure("1s", "sets:\n"+branchSet("shop", app.URL()))
	h.start()
	h.awaitIDs("shop", "br-cart", "br-search")
	h.configure("1s", "sets:\n"+strings.Replace(branchSet("shop", app.URL()), "[main]", `["**"]`, 1))
	h.awaitSeries(`previews_held{set="shop"}`, 2)
	h.awaitSeries(`previews{set="shop"}`, 2)
}

func TestMetricOfPushRetries(t *testing.T) {
	t.Parallel()
	h, app := newHarness(t), newApp(t, "cart")
	var faults gittest.Faults
	server := gittest.Serve(t, h.gitops, gittest.ServeOptions{Middleware: faults.Middleware})
	n := 0
	faults.Set(gittest.Fault{Kind: gittest.Pass, Service: gittest.ReceivePack, Method: http.MethodPost, Times: 2, Do: func() {
		n++
		h.gitops.Commit(t, "main", "Somebody else", map[string]string{"README": fmt.Sprint(n)})
	}})
	h.configure("1s", fmt.Sprintf("gitops: {url: %q}\nsets:\n%s", server.URL, branchSet("shop", app.URL(), overlay)))
	h.start()
	h.awaitIDs("shop", "br-cart")
	h.awaitSeries(`commits_total{set="shop"}`, 1)
	h.checkSeries(map[string]float64{`push_retries_total{set="shop"}`: 2, `sync_failures_total{set="shop"}`: 0})
}

// githubSet is a set that previews the pull requests of a repository.
func githubSet(name string, forge *githubtest.Server, repo string, more ...string) string {
	return fmt.Sprintf("- name: %s\n  source: {github: {owner: acme, repo: %s, apiURL: %q%s}}\n  select: {pullRequests: {}}\n",
		name, repo, forge.APIURL(), strings.Join(more, ""))
}

// A set that is removed from the configuration leaves no series, even if its forge answers
// later.
func TestMetricsOfRateLimit(t *testing.T) {
	t.Parallel()
	h, app := newHarness(t), newApp(t, "cart")
	forge := githubtest.New(t)
	forge.Repo("acme", "shop").OpenPull(githubtest.Pull{})
	forge.Quota(1234, time.Now().Add(time.Hour))
	release := make(chan struct{})
	var hold, held atomic.Bool
	forge.Fault(func(http.ResponseWriter, *http.Request) bool {
		if hold.Load() {
			held.Store(true)
			<-release
		}
		return false
	})
	h.configure("1s", "sets:\n"+githubSet("forge", forge, "shop")+branchSet("shop", app.URL()))
	h.start()
	h.awaitIDs("forge", "pr-1")
	h.awaitSeries(`forge_rate_limit{resource="core",set="forge"}`, 5000)
	if got := h.series()[`forge_rate_limit_remaining{resource="core",set="forge"}`]; got >= 1234 || got < 1200 {
		t.Errorf("got %v calls remaining, want a few less than 1234", got)
	}
	h.noSeries(`forge_rate_limit{resource="core",set="shop"}`)

	hold.Store(true)
	h.await("a request of the forge", held.Load)
	h.configure("1s", "sets:\n"+branchSet("shop", app.URL()))
	h.await("the removed set to be unknown", func() bool { status, _ := h.ask("forge", bearerToken); return status == http.StatusNotFound })
	h.await("the series of the removed set to disappear", func() bool { return !strings.Contains(fmt.Sprint(h.series()), `set="forge"`) })
	before := forge.Calls().Counted + forge.Calls().NotModified
	close(release)
	h.await("the late answer", func() bool { return forge.Calls().Counted+forge.Calls().NotModified > before })
	h.awaitSyncs("shop", 3)
	h.noSeries(`set="forge"`)
}

func TestMetricOfRefusedConfigurations(t *testing.T) {
	t.Parallel()
	h, app := newHarness(t), newApp(t, "cart")
	h.configure("1s", "sets:\n"+branchSet("shop", app.URL()))
	h.start()
	h.awaitIDs("shop", "br-cart")
	for n, content := range []string{
		"kind: [", "kind: Config\n", strings.Repeat("#", 1<<20+1),
		fmt.Sprintf("apiVersion: previewset.dev/v1alpha1\nkind: Config\nauth: {tokenFile: %s}\ngitops: {url: %q, signingKeyFile: %s}\nsets:\n%s",
			h.file("token"), h.gitops.URL(), h.file("absent"), branchSet("shop", app.URL())),
	} {
		h.write("config.yaml", content)
		h.awaitSeries("config_reload_failures_total", float64(n+1))
		if status, ids := h.ask("shop", bearerToken); status != http.StatusOK || len(ids) != 1 {
			t.Errorf("with a refused configuration: got %d %q, want the old answer", status, ids)
		}
	}
	// A refused configuration counts once.
	h.awaitSyncs("shop", 3)
	h.checkSeries(map[string]float64{"config_reload_failures_total": 4})

	// A file that is missing is refused until it is back.
	h.configure("1s", "sets:\n"+branchSet("shop", app.URL()))
	h.awaitSeries("config_refused", 0)
	if err := os.Rename(h.file("config.yaml"), h.file("hidden.yaml")); err != nil {
		t.Fatal(err)
	}
	h.awaitSeries("config_refused", 1)
	h.awaitSyncs("shop", 3)
	h.checkSeries(map[string]float64{"config_reload_failures_total": 5, "config_refused": 1})
	if log := h.logText(); !strings.Contains(log, "a changed configuration was refused: the old one stays in use") || !strings.Contains(log, "no such file") {
		t.Errorf("the log lacks the missing file:\n%s", log)
	}
	if err := os.Rename(h.file("hidden.yaml"), h.file("config.yaml")); err != nil {
		t.Fatal(err)
	}
	h.awaitSeries("config_refused", 0)
}

// appSets is a Kubernetes API with an ApplicationSet that uses the set shop.
type appSets struct {
	down  atomic.Bool
	marks atomic.Int64
}

func (a *appSets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case a.down.Load():
		w.WriteHeader(http.StatusServiceUnavailable)
	case r.Method == http.MethodGet:
		_, _ = io.WriteString(w, `{"kind":"ApplicationSetList","items":[{"metadata":{"name":"previews"},"spec":{"generators":[`+
			`{"plugin":{"configMapRef":{"name":"previewset"},"input":{"parameters":{"set":"shop"}}}}]}}]}`)
	default:
		a.marks.Add(1)
		_, _ = io.WriteString(w, "{}")
	}
}

func TestMetricsOfRefreshes(t *testing.T) {
	t.Parallel()
	h, app, api := newHarness(t), newApp(t, "cart"), &appSets{}
	cluster := kubetest.Start(t)
	cluster.Hook(api.ServeHTTP)
	h.configure("1s", fmt.Sprintf("argocd: {kubeconfigFile: %s}\nsets:\n%s", cluster.Kubeconfig(t), branchSet("shop", app.URL())))
	h.start()
	h.awaitSeries(`refreshes_total{result="done",set="shop"}`, 1)
	h.checkSeries(map[string]float64{`refreshes_total{result="failed",set="shop"}`: 0})
	api.down.Store(true)
	app.Branch(t, "search", app.Tip(t, "main"))
	h.await("a failed refresh", func() bool { return h.series()[`refreshes_total{result="failed",set="shop"}`] >= 2 })
	h.checkSeries(map[string]float64{`refreshes_total{result="done",set="shop"}`: 1})
	api.down.Store(false)
	h.awaitSeries(`refreshes_total{result="done",set="shop"}`, 2)
	if n := api.marks.Load(); n != 2 {
		t.Errorf("got %d marks, want 2", n)
	}
	h.awaitSyncs("shop", 3)
	h.checkSeries(map[string]float64{`refreshes_total{result="done",set="shop"}`: 2})
}
