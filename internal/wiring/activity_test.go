package wiring_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/feedback"
	"github.com/previewset/previewset/internal/gitops"
	"github.com/previewset/previewset/internal/pipeline"
	"github.com/previewset/previewset/internal/wiring"
	gittest "github.com/previewset/previewset/test/fake/git"
	githubtest "github.com/previewset/previewset/test/fake/github"
)

// idleWorld is a GitHub with one pull request, whose previews end after an hour without
// activity.
type idleWorld struct {
	t      *testing.T
	forge  *githubtest.Server
	app    *githubtest.Repo
	gitops *gittest.Repo
	keys   string
	began  time.Time
	clock  atomic.Pointer[time.Time] // at the time began
	// reads counts the requests for comments, which fail if broken is true.
	reads  atomic.Int64
	broken atomic.Bool
}

// newIdleWorld returns a world whose set shop has idle previews, and feedback unless another set
// of the repository has it.
func newIdleWorld(t *testing.T, separate bool) *idleWorld {
	t.Helper()
	w := &idleWorld{t: t, forge: githubtest.New(t), gitops: gittest.NewRepo(t, "gitops"), began: time.Now()}
	w.app = w.forge.Repo("acme", "shop")
	w.forge.TokenOf("previewset", "writer")
	w.forge.Fault(func(answer http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodGet || !strings.HasSuffix(r.URL.Path, "/comments") {
			return false
		}
		w.reads.Add(1)
		if w.broken.Load() {
			answer.WriteHeader(http.StatusBadGateway)
		}
		return w.broken.Load()
	})
	w.gitops.Commit(t, "main", "Add the base", map[string]string{
		"base/kustomization.yaml": "resources: [a.yaml]\n", "base/a.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n",
	})
	token := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(token, []byte("writer\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	source := fmt.Sprintf("  source: {github: {owner: acme, repo: shop, apiURL: %q, tokenFile: %s}}\n  select: {pullRequests: {}}\n", w.forge.APIURL(), token)
	writes := fmt.Sprintf("  feedback: {status: false, deployment: false, tokenFile: %s}\n", token)
	shop := "- name: shop\n" + source + "  overlay: {base: base}\n  lifetime: {idle: 1h}\n"
	if separate {
		shop += "- name: docs\n" + source
	}
	w.keys = fmt.Sprintf("gitops: {url: %q}\nsets:\n", w.gitops.URL()) + shop + writes
	return w
}

// pass lets time pass after the last update of the pull request.
func (w *idleWorld) pass(p *wiring.Parts, d time.Duration) {
	w.t.Helper()
	now := w.updated(p).Add(d - time.Since(w.began))
	w.clock.Store(&now)
}

// updated returns the time of the last update of the pull request.
func (w *idleWorld) updated(p *wiring.Parts) time.Time {
	w.t.Helper()
	at, err := p.Feedback.Sets[0].Forge.UpdatedAt(w.t.Context(), 1)
	if err != nil {
		w.t.Fatal(err)
	}
	return at
}

// process returns what one process has after its start.
func (w *idleWorld) process() *wiring.Parts {
	return wire(w.t, w.keys, wiring.Options{Fresh: true, Now: func() time.Time { return w.clock.Load().Add(time.Since(w.began)) }})
}

// sync syncs the set shop as a process does, and returns the IDs of its previews.
func (w *idleWorld) sync(p *wiring.Parts) (ids []string) {
	w.t.Helper()
	outcome, err := p.Sets[0].Sync(w.t.Context(), pipeline.Input{Permissions: gitops.Permissions{Write: true, Prune: true}})
	if err != nil {
		w.t.Fatal(err)
	}
	for _, one := range outcome.Snapshot.Previews {
		ids = append(ids, one.ID)
	}
	return ids
}

// comment lets the writer of p write a comment on the pull request, which says text.
func (w *idleWorld) comment(p *wiring.Parts, s generator.Status, text string) {
	w.t.Helper()
	writer, err := feedback.New(p.Feedback)
	if err != nil {
		w.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(w.t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		writer.Run(ctx)
	}()
	defer func() { cancel(); <-ended }()
	writer.Report(feedback.Report{Set: s.Set, Statuses: []generator.Status{s}})
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		if all := w.app.Comments(1); len(all) > 0 && strings.Contains(all[0].Body, text) {
			return
		}
		if time.Now().After(deadline) {
			w.t.Fatalf("got the comments %+v, want one with %q", w.app.Comments(1), text)
		}
	}
}

// A preview that was removed as idle stays removed, although the last update of its pull
// request is the comment that says so: in the process that wrote it, in another one, after a
// restart, and if another set of the repository has the feedback. A comment of somebody else
// brings it back.
func TestIdlePreviewStaysRemoved(t *testing.T) {
	t.Parallel()
	for name, separate := range map[string]bool{"feedback of the set": false, "feedback of another set": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newIdleWorld(t, separate)
			number := w.app.OpenPull(githubtest.Pull{})
			first := w.process()
			w.pass(first, time.Minute)
			check := func(step string, p *wiring.Parts, want ...string) {
				t.Helper()
				if got := w.sync(p); !slices.Equal(got, want) {
					t.Errorf("%s: got the previews %q, want %q", step, got, want)
				}
			}
			check("opened", first, "pr-1")
			state := generator.Status{
				Set: first.Feedback.Sets[0].Name, ID: "pr-1", State: generator.StateWaiting,
				Change: generator.Change{Kind: generator.PullRequest, Number: number, UpdatedAt: w.updated(first)},
			}
			w.comment(first, state, "No preview yet")
			for range 90 { // each takes a minute
				w.app.Push("elsewhere", "octocat")
			}
			state.State, state.Reason, state.Message = generator.StateDropped, generator.ReasonIdle, "it was idle"
			w.comment(first, state, "The pull request was idle")
			w.pass(first, 5*time.Minute)
			check("idle", first)
			for range 2 {
				restarted := w.process()
				w.reads.Store(0)
				for range 3 {
					check("restart", restarted)
					check("former process", first)
				}
				if got := w.reads.Load(); got != 1 {
					t.Errorf("got %d requests for comments, want 1", got)
				}
			}
			w.broken.Store(true)
			check("failed lookup", w.process(), "pr-1")
			w.broken.Store(false)
			check("after it", w.process())
			w.app.Comment(number, "alice", "still needed")
			w.pass(first, time.Minute)
			for range 2 {
				check("somebody comments", w.process(), "pr-1")
			}
			check("former process", first, "pr-1")
		})
	}
}
