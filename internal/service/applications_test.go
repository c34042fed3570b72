package service

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/applications"
	"github.com/previewset/previewset/internal/config"
	"github.com/previewset/previewset/internal/gitops"
	"github.com/previewset/previewset/plugin"
	gittest "github.com/previewset/previewset/test/fake/git"
	kubetest "github.com/previewset/previewset/test/fake/kube"
)

// fakeWatcher is a watcher with the functions of a test. Without run, it runs until the end.
type fakeWatcher struct {
	run func(context.Context)
	of  func(set string) generator.Applications
}

func (w *fakeWatcher) Run(ctx context.Context) {
	if w.run != nil {
		w.run(ctx)
		return
	}
	<-ctx.Done()
}

func (w *fakeWatcher) Of(set string) generator.Applications { return w.of(set) }

// watchedServer is a server whose set shop has the branch cart, with a fake watcher.
type watchedServer struct {
	*server
	t       *testing.T
	options applications.Options // of the newest watcher
	handler http.Handler
}

// newWatchedServer returns a server that syncs until the end of the test.
func newWatchedServer(t *testing.T, w *fakeWatcher) *watchedServer {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	tokens, err := newTokens("t", config.Auth{})
	if err != nil {
		t.Fatal(err)
	}
	s := &watchedServer{t: t, server: &server{
		log: log, metrics: newMetrics(), board: plugin.NewBoard(time.Now), tokens: tokens, syncLog: newSyncLog(log),
		permissions: gitops.Permissions{Write: true, Prune: true},
	}}
	s.openWatcher = func(_ watchSettings, o applications.Options) (watcher, error) {
		s.options = o
		return w, nil
	}
	s.feedback = newReportFeedback(s.board, s.metrics, log)
	if err := s.configure(watchedConfig(t)); err != nil {
		t.Fatal(err)
	}
	s.handler = plugin.New(plugin.Options{
		Board: s.board, Token: func() string { return "t" }, Log: log, Metrics: http.NotFoundHandler(), OnAnswer: func(string, int, time.Duration) {},
	})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		s.run(ctx)
	}()
	t.Cleanup(func() {
		cancel()
		select {
		case <-ended:
		case <-time.After(time.Minute):
			t.Error("the server did not stop")
		}
	})
	return s
}

// watchedConfig returns a configuration with an overlay and Argo CD, whose poll is an hour.
func watchedConfig(t *testing.T) *config.Config {
	t.Helper()
	entries, app := gittest.NewRepo(t, "gitops"), gittest.NewRepo(t, "shop")
	entries.Commit(t, "main", "Add the base", map[string]string{
		"base/kustomization.yaml": "resources: [settings.yaml]\n",
		"base/settings.yaml":      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\n",
	})
	app.Branch(t, "cart", app.Commit(t, "main", "Begin", map[string]string{"README": "x\n"}))
	c, err := config.Parse("config.yaml", fmt.Appendf(nil, `apiVersion: previewset.dev/v1alpha1
kind: Config
auth: {tokenEnv: T}
poll: 1h
maxAge: 4h
gitops: {url: %q}
argocd: {kubeconfigFile: %s}
sets:
- name: shop
  source: {git: {url: %q}}
  select: {branches: {exclude: [main]}}
  overlay: {base: base}
`, entries.URL(), kubetest.Start(t).Kubeconfig(t), app.URL()))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// await waits until a condition holds.
func (s *watchedServer) await(what string, holds func() bool) {
	s.t.Helper()
	for deadline := time.Now().Add(time.Minute); !holds(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			s.t.Fatalf("no %s within a minute", what)
		}
	}
}

// awaitAnswer waits until Argo CD gets the preview.
func (s *watchedServer) awaitAnswer() {
	s.t.Helper()
	s.await("answer with br-cart", func() bool {
		r := httptest.NewRequest(http.MethodPost, "/api/v1/getparams.execute", strings.NewReader(`{"input": {"parameters": {"set": "shop"}}}`))
		r.Header.Set("Authorization", "Bearer t")
		w := httptest.NewRecorder()
		s.handler.ServeHTTP(w, r)
		return w.Code == http.StatusOK && strings.Contains(w.Body.String(), `"br-cart"`)
	})
}

// Argo CD gets its answer whatever happens to the watcher, and the service stops.
func TestAnswersDoNotDependOnWatcher(t *testing.T) {
	t.Parallel()
	none := func(string) generator.Applications { return generator.Applications{Watched: true} }
	for name, w := range map[string]*fakeWatcher{
		"it panics":             {run: func(context.Context) { panic("a canary") }, of: none},
		"it ends":               {run: func(context.Context) {}, of: none},
		"it ignores its end":    {run: func(context.Context) { select {} }, of: none},
		"its states panic":      {of: func(string) generator.Applications { panic("a canary") }},
		"its states never come": {of: func(string) generator.Applications { select {} }},
		"it has a problem": {of: func(string) generator.Applications {
			return generator.Applications{Watched: true, Problem: "apply the Role"}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			newWatchedServer(t, w).awaitAnswer()
		})
	}
}

// A change of an Application changes the states without a sync.
func TestChangesOfApplicationsAreReported(t *testing.T) {
	t.Parallel()
	var apps atomic.Pointer[generator.Applications]
	apps.Store(&generator.Applications{Watched: true})
	s := newWatchedServer(t, &fakeWatcher{of: func(string) generator.Applications { return *apps.Load() }})
	s.awaitAnswer()
	state := func() (*generator.Snapshot, generator.State, string) {
		snapshot, known, all := s.board.Statuses("shop")
		i := len(all) - 1
		for ; i > 0 && all[i].ID != "br-cart"; i-- {
		}
		return snapshot, all[i].State, known.Problem
	}
	snapshot, before, _ := state()
	if before != generator.StateCommitted {
		t.Errorf("got %s, want %s", before, generator.StateCommitted)
	}
	place := snapshot.Previews[0].Placement
	for _, want := range []generator.State{generator.StateSyncing, generator.StateFailing, generator.StateLive} {
		apps.Store(&generator.Applications{Watched: true, Known: true, ByPath: map[string][]generator.Application{
			place.Path: {{Path: place.Path, Target: place.Revision, Revision: place.Revision, State: want}},
		}})
		s.options.Changed([]string{"shop", "absent"})
		s.await(string(want), func() bool { _, got, _ := state(); return got == want })
	}
	apps.Store(&generator.Applications{Watched: true, Problem: "apply the Role"})
	s.options.Changed(nil)
	s.await("problem", func() bool { _, got, problem := state(); return got == generator.StateCommitted && problem != "" })
	if after, _, _ := state(); after != snapshot {
		t.Error("there was another sync")
	}
}

// A new configuration keeps the watcher, unless its settings differ.
func TestReloadKeepsWatcher(t *testing.T) {
	t.Parallel()
	s := newWatchedServer(t, &fakeWatcher{of: func(string) generator.Applications { return generator.Applications{} }})
	c := *s.current().parts.Config
	first := s.currentWatching()
	configure := func() *watching {
		t.Helper()
		if err := s.configure(&c); err != nil {
			t.Fatal(err)
		}
		return s.currentWatching()
	}
	c.Poll *= 2
	if configure() != first || s.options.Namespace != "argocd" || s.options.RepoURL != c.GitOps.URL || s.options.Path != c.GitOps.Path {
		t.Errorf("got another watcher, or %+v", s.options)
	}
	other := *c.ArgoCD
	other.Namespace = "gitops"
	c.ArgoCD = &other
	if second := configure(); second == first || second == nil || s.options.Namespace != "gitops" {
		t.Errorf("got the same watcher for another namespace, or %+v", s.options)
	}
	c.ArgoCD = nil
	if configure() != nil {
		t.Error("got a watcher without Argo CD")
	}
}

// A watcher that panics starts again, and the value of the panic is not logged.
func TestWatcherStartsAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		starts := 0
		w := &watching{watcher: &fakeWatcher{run: func(ctx context.Context) {
			if starts++; starts < 3 {
				panic("a canary of a secret")
			}
			<-ctx.Done()
		}}}
		stop := w.start(t.Context(), slog.New(slog.NewTextHandler(&log, nil)))
		time.Sleep(time.Minute)
		synctest.Wait()
		stop()
		if got := log.String(); starts != 3 || strings.Count(got, "panic in the watcher") != 2 || strings.Contains(got, "canary") {
			t.Errorf("got %d starts, want 3; log: %s", starts, got)
		}
	})
}

// Failing previews are logged once for each message, when they begin and when they end.
func TestFailingPreviewsAreLogged(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	l := newSyncLog(slog.New(slog.NewTextHandler(&out, nil)))
	failing := func(id, message string) generator.Status {
		return generator.Status{ID: id, State: generator.StateFailing, Applications: []generator.Application{
			{State: generator.StateLive}, {State: generator.StateFailing, Reason: "degraded", Message: message},
		}}
	}
	behind := failing("pr-9", "held")
	behind.State = generator.StateHeld
	for _, step := range []struct {
		statuses []generator.Status
		want     []string // a text of each line
	}{
		{[]generator.Status{failing("pr-1", "a"), failing("pr-2", "b"), failing("pr-3", "a"), behind}, []string{
			`"previews stay that would be removed"`,
			`"previews fail in Argo CD" set=shop previews=2 id=pr-1 reason=degraded message=a`, `"previews fail in Argo CD" set=shop previews=1 id=pr-2 reason=degraded message=b`,
		}},
		{[]generator.Status{failing("pr-1", "a"), failing("pr-2", "b"), behind}, nil},
		{[]generator.Status{failing("pr-2", "b")}, []string{"no longer held", `"previews no longer fail in Argo CD" set=shop previews=1 id=pr-1 reason=degraded message=a`}},
	} {
		l.report(t.Context(), report{set: "shop", snapshot: &generator.Snapshot{}, statuses: step.statuses})
		lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
		for i, want := range step.want {
			if len(lines) != len(step.want) || !strings.Contains(lines[i], want) {
				t.Fatalf("got %q, want %q", lines, step.want)
			}
		}
		if len(step.want) == 0 && out.Len() > 0 {
			t.Errorf("got %q, want no line", lines)
		}
		out.Reset()
	}
}
