package gitops_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/gitops"
	"github.com/previewset/previewset/internal/gitrepo"
	"github.com/previewset/previewset/kustomize"
	gittest "github.com/previewset/previewset/test/fake/git"
)

var allPermissions = gitops.Permissions{Write: true, Prune: true}

func open(t *testing.T, repo *gittest.Repo, onRetry func()) *gitops.Repository {
	t.Helper()
	return openURL(t, repo.URL(), onRetry)
}

func openURL(t *testing.T, url string, onRetry func()) *gitops.Repository {
	t.Helper()
	remote, err := gitrepo.Open(url, gitrepo.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return gitops.New(remote, gitops.Options{
		Branch: "main", Path: "previews", Author: gitrepo.Signature{Name: "previewset", Email: "previewset@localhost"},
		Now: time.Now, Log: slog.New(slog.DiscardHandler), OnRetry: func(string) { onRetry() },
	})
}

func newRepo(t *testing.T) *gittest.Repo {
	t.Helper()
	repo := gittest.NewRepo(t, "gitops")
	repo.Commit(t, "main", "Begin", map[string]string{"README": "x\n"})
	return repo
}

// fakeRenderer renders an overlay with one file. It fails for the ids in broken, and does not
// name the hosts of those in hostless.
type fakeRenderer struct {
	version  string
	broken   map[string]error
	hostless map[string]error
	renders  *atomic.Int64
	drafts   *atomic.Int64
}

// Hosts returns the hosts that p already has.
func (f fakeRenderer) Hosts(p generator.Preview) ([]generator.Host, error) {
	return p.Hosts, f.hostless[p.ID]
}

func (f fakeRenderer) Draft(p generator.Preview, dir string) (kustomize.Overlay, error) {
	if f.drafts != nil {
		f.drafts.Add(1)
	}
	text := fmt.Sprintf("%s %s %s\n", f.version, p.HeadSHA, p.UpdatedAt.Format(time.RFC3339))
	return kustomize.Overlay{Dir: dir, Files: map[string][]byte{"kustomization.yaml": []byte(text)}}, nil
}

func (f fakeRenderer) Render(_ context.Context, p generator.Preview, dir string) (kustomize.Overlay, error) {
	if f.renders != nil {
		f.renders.Add(1)
	}
	if err := f.broken[p.ID]; err != nil {
		return kustomize.Overlay{}, err
	}
	return f.Draft(p, dir)
}

func (f fakeRenderer) Inputs() map[string]string { return map[string]string{"base": f.version} }

func previews(set string, numbers ...int64) (list []generator.Preview) {
	for _, n := range numbers {
		list = append(list, generator.Preview{
			Set: set, Names: generator.Names{ID: fmt.Sprintf("pr-%d", n)},
			Change: generator.Change{Kind: generator.PullRequest, Number: n, Branch: "b", HeadSHA: strings.Repeat("a", 40)},
		})
	}
	return list
}

// fixedWork has the same desired state for every state.
type fixedWork struct {
	desired  gitops.Desired
	renderer gitops.Renderer
	onDecide func() // called by Decide, if it is not nil
}

func (w fixedWork) Decide(context.Context, gitops.State) (gitops.Desired, error) {
	if w.onDecide != nil {
		w.onDecide()
	}
	return w.desired, nil
}

func (w fixedWork) Renderer(context.Context, gitops.State) (gitops.Renderer, error) {
	return w.renderer, nil
}

func TestApply(t *testing.T) {
	repo := newRepo(t)
	r := open(t, repo, func() {})
	apply := func(permissions gitops.Permissions, d gitops.Desired, f fakeRenderer) gitops.Result {
		t.Helper()
		result, err := r.Apply(t.Context(), "shop", permissions, fixedWork{desired: d, renderer: f})
		if err != nil {
			t.Fatal(err)
		}
		return result
	}
	var renders, drafts atomic.Int64
	v1 := fakeRenderer{version: "v1", renders: &renders, drafts: &drafts}
	first := apply(allPermissions, gitops.Desired{Previews: previews("shop", 1, 2, 3)}, v1)
	if first.Commit != repo.Tip(t, "main") || len(first.State.Entries) != 3 || first.State.Entries["pr-2"].Revision != first.Commit {
		t.Fatalf("first Apply: got %+v, want 3 entries at its commit", first)
	}

	// If only the time of the last update changed, Apply commits nothing.
	touched := previews("shop", 1, 2, 3)
	touched[0].UpdatedAt = time.Now()
	if again := apply(allPermissions, gitops.Desired{Previews: touched}, v1); again.Commit != "" || len(again.Plan.Steps) != 0 {
		t.Errorf("second Apply: got plan %+v, want no step", again.Plan)
	}
	renders.Store(0)
	drafts.Store(0)
	touched[1].HeadSHA = strings.Repeat("b", 40)
	second := apply(allPermissions, gitops.Desired{Previews: touched}, v1)
	if len(second.Plan.Steps) != 1 || second.State.Entries["pr-1"].Revision != first.Commit || second.State.Entries["pr-2"].Revision != second.Commit {
		t.Errorf("Apply with one changed preview: got plan %+v, want one step", second.Plan)
	}
	if renders.Load() != 1 || drafts.Load() > 2 {
		t.Errorf("got %d renders and %d drafts for one changed preview, want 1 and at most 2", renders.Load(), drafts.Load())
	}

	// After a restart, entries that are up to date are not rendered.
	renders.Store(0)
	restarted, err := open(t, repo, func() {}).Apply(t.Context(), "shop", allPermissions, fixedWork{desired: gitops.Desired{Previews: touched}, renderer: v1})
	if err != nil || restarted.Commit != "" || renders.Load() != 0 {
		t.Errorf("after a restart: got error %v, plan %+v and %d renders, want no commit and no render", err, restarted.Plan, renders.Load())
	}

	// An entry stays if there is no reason to delete it, or no permission.
	gone := map[string]generator.Verdict{"pr-3": {Reason: generator.ReasonMerged}}
	if kept := apply(allPermissions, gitops.Desired{Previews: touched[:2]}, v1); kept.Commit != "" {
		t.Errorf("an entry was removed without a reason: %+v", kept.Plan)
	}
	if kept := apply(gitops.Permissions{Write: true}, gitops.Desired{Previews: touched[:2], Gone: gone}, v1); kept.Commit != "" || len(kept.Plan.Steps) != 0 {
		t.Errorf("the writer deleted: %+v", kept.Plan)
	}
	// A wanted preview is not removed, even if it is in Gone.
	if kept := apply(allPermissions, gitops.Desired{Previews: touched, Gone: gone}, v1); kept.Commit != "" {
		t.Errorf("a wanted preview was removed: %+v", kept.Plan)
	}
	pruned := apply(gitops.Permissions{Prune: true}, gitops.Desired{Previews: previews("shop", 1, 2, 9), Gone: gone}, v1)
	if len(pruned.State.Entries) != 2 || repo.Git(t, "log", "-1", "--format=%s") != "shop: prune pr-3 (merged)" {
		t.Errorf("the pruner: got entries %+v, want 2", pruned.State.Entries)
	}
}

func TestReadStateNeedsFewRequests(t *testing.T) {
	repo := newRepo(t)
	var numbers []int64
	for n := range int64(60) {
		numbers = append(numbers, n+1)
	}
	w := fixedWork{desired: gitops.Desired{Previews: previews("shop", numbers...)}, renderer: fakeRenderer{}}
	if _, err := open(t, repo, func() {}).Apply(t.Context(), "shop", allPermissions, w); err != nil {
		t.Fatal(err)
	}
	server := gittest.Serve(t, repo, gittest.ServeOptions{})
	state, err := openURL(t, server.URL, func() {}).State(t.Context(), "shop")
	if err != nil || len(state.Entries) != len(numbers) {
		t.Fatalf("got error %v and %d entries", err, len(state.Entries))
	}
	if n := len(server.Requests()); n > 10 {
		t.Errorf("got %d requests for %d entries, want at most 10: %v", n, len(numbers), server.Requests())
	}
}

func TestFailureDoesNotBlockOtherPreviews(t *testing.T) {
	repo := newRepo(t)
	r := open(t, repo, func() {})
	broken := errors.New("does not build")
	f := fakeRenderer{version: "v1", broken: map[string]error{"pr-2": broken}}
	result, err := r.Apply(t.Context(), "shop", allPermissions, fixedWork{desired: gitops.Desired{Previews: previews("shop", 1, 2, 3)}, renderer: f})
	if err != nil || len(result.State.Entries) != 2 || len(result.Plan.Failures) != 1 || !errors.Is(result.Plan.Failures[0].Err, broken) {
		t.Errorf("got error %v and result %+v, want a failure of pr-2 only", err, result)
	}
}

func TestApplyPlansAgainAfterForeignPushes(t *testing.T) {
	repo := newRepo(t)
	var retries atomic.Int64
	r := open(t, repo, func() { retries.Add(1) })
	attempts := 0
	push := func() {
		attempts++
		if attempts < 3 { // after the read of the state, before the push
			repo.Commit(t, "main", "Somebody else", map[string]string{"README": fmt.Sprint(attempts)})
		}
	}
	desired := gitops.Desired{Previews: previews("shop", 1)}
	result, err := r.Apply(t.Context(), "shop", allPermissions, fixedWork{desired: desired, renderer: fakeRenderer{}, onDecide: push})
	if err != nil || attempts != 3 || retries.Load() != 2 || len(result.State.Entries) != 1 {
		t.Errorf("got error %v after %d attempts and %d retries, want 3 and 2", err, attempts, retries.Load())
	}
	if got := repo.Git(t, "show", "main:README"); got != "2" {
		t.Errorf("the foreign commit is lost: README is %q", got)
	}
}

func TestConcurrentWriters(t *testing.T) {
	repo := newRepo(t)
	var group sync.WaitGroup
	const writers, rounds = 4, 5
	for w := range writers {
		group.Go(func() {
			r := open(t, repo, func() {})
			set := fmt.Sprintf("set%d", w)
			for round := range int64(rounds) {
				if _, err := r.Apply(t.Context(), set, allPermissions, fixedWork{desired: gitops.Desired{Previews: previews(set, round+1)}, renderer: fakeRenderer{}}); err != nil {
					t.Errorf("%s: %v", set, err)
				}
			}
		})
	}
	group.Wait()
	if got := len(repo.Files(t, "main", "previews")); got != writers*rounds*2 {
		t.Errorf("got %d files, want %d", got, writers*rounds*2)
	}
	repo.Git(t, "fsck", "--strict")
}

func TestCommitMessage(t *testing.T) {
	repo := newRepo(t)
	r := open(t, repo, func() {})
	if _, err := r.Apply(t.Context(), "shop", allPermissions, fixedWork{desired: gitops.Desired{Previews: previews("shop", 1, 2, 3, 4, 5, 6, 7, 8)}, renderer: fakeRenderer{version: "v1"}}); err != nil {
		t.Fatal(err)
	}
	if got := repo.Git(t, "log", "-1", "--format=%s"); got != "shop: add pr-1, pr-2, pr-3, pr-4, pr-5, 3 more" {
		t.Errorf("got subject %q", got)
	}
	changed := previews("shop", 1, 2)
	changed[1].HeadSHA = strings.Repeat("c", 40)
	gone := map[string]generator.Verdict{"pr-8": {Reason: generator.ReasonIdle, Detail: "it was not updated"}}
	result, err := r.Apply(t.Context(), "shop", allPermissions, fixedWork{desired: gitops.Desired{Previews: append(changed, previews("shop", 9)...), Gone: gone}, renderer: fakeRenderer{version: "v1"}})
	if err != nil {
		t.Fatal(err)
	}
	if got := repo.Git(t, "log", "-1", "--format=%s"); got != "shop: add pr-9, update pr-2, prune pr-8 (idle)" {
		t.Errorf("got subject %q", got)
	}
	want := "Previewset-Set: shop\n" +
		"Previewset-Add: pr-9 head=" + strings.Repeat("a", 40) + "\n" +
		"Previewset-Update: pr-2 head=" + strings.Repeat("c", 40) + "\n" +
		"Previewset-Prune: pr-8 reason=idle head=" + strings.Repeat("a", 40)
	if got := repo.Git(t, "log", "-1", "--format=%(trailers:only)", result.Commit); strings.TrimSpace(got) != want {
		t.Errorf("got trailers\n%s\nwant\n%s", got, want)
	}
}
