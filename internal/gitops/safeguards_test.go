package gitops_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/gitops"
	"github.com/previewset/previewset/internal/gitrepo"
	"github.com/previewset/previewset/kustomize"
	gittest "github.com/previewset/previewset/test/fake/git"
	"github.com/previewset/previewset/test/vary"
)

// moving is work during which somebody else pushes, a number of times.
type moving struct {
	fixedWork
	mu       sync.Mutex
	decided  int
	pushes   int
	somebody func(n int)
}

func (m *moving) Decide(ctx context.Context, s gitops.State) (gitops.Desired, error) {
	m.mu.Lock()
	m.decided++
	n := m.decided
	m.mu.Unlock()
	if n <= m.pushes {
		m.somebody(n)
	}
	return m.fixedWork.Decide(ctx, s)
}

// Apply plans 20 times at most. The last attempt can still succeed.
func TestApplyPlansTwentyTimes(t *testing.T) {
	t.Parallel()
	for pushes, want := range map[int]error{19: nil, 20: gitops.ErrBusy, 30: gitops.ErrBusy} {
		t.Run(fmt.Sprint(pushes), func(t *testing.T) {
			t.Parallel()
			repo := newRepo(t)
			retries := 0
			r := open(t, repo, func() { retries++ })
			w := &moving{pushes: pushes, somebody: func(n int) {
				repo.Commit(t, "main", "Somebody else", map[string]string{"README": fmt.Sprint(n)})
			}, fixedWork: fixedWork{desired: gitops.Desired{Previews: previews("shop", 1)}, renderer: fakeRenderer{}}}
			result, err := r.Apply(t.Context(), "shop", allPermissions, w)
			if !errors.Is(err, want) || (err == nil) != (want == nil) || w.decided != 20 || retries != 19 {
				t.Errorf("got %v after %d attempts and %d retries, want %v after 20 and 19", err, w.decided, retries, want)
			}
			if want != nil && (!errors.Is(err, gitrepo.ErrMoved) || result.Commit != "" || len(repo.Files(t, "main", ".")) != 1) {
				t.Errorf("got %+v, %v, want the reason of the last attempt and no commit", result, err)
			}
		})
	}
}

// A lock on the server makes Apply try again, until the lock is removed or Apply gives up.
func TestApplyRetriesWhileServerHasLock(t *testing.T) {
	t.Parallel()
	repo := newRepo(t)
	lock := filepath.Join(repo.Dir, "refs", "heads", "main.lock")
	if err := os.WriteFile(lock, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	w := &moving{fixedWork: fixedWork{desired: gitops.Desired{Previews: previews("shop", 1)}, renderer: fakeRenderer{}}}
	if _, err := open(t, repo, func() {}).Apply(t.Context(), "shop", allPermissions, w); !errors.Is(err, gitops.ErrBusy) || w.decided != 20 || !strings.Contains(err.Error(), "delete HEAD.lock and refs/heads/main.lock") {
		t.Errorf("got %v after %d attempts, want %v after 20, and the locks", err, w.decided, gitops.ErrBusy)
	}
	w.decided, w.pushes = 0, 3
	w.somebody = func(n int) {
		if n == 3 {
			_ = os.Remove(lock)
		}
	}
	if _, err := open(t, repo, func() {}).Apply(t.Context(), "shop", allPermissions, w); err != nil || w.decided != 3 {
		t.Errorf("got %v after %d attempts, want none after 3", err, w.decided)
	}
}

// A push that is refused for another reason is not tried again.
func TestApplyDoesNotRetryRefusedPush(t *testing.T) {
	t.Parallel()
	repo := newRepo(t)
	repo.Hook(t, "pre-receive", "exit 1")
	retries := 0
	w := &moving{fixedWork: fixedWork{desired: gitops.Desired{Previews: previews("shop", 1)}, renderer: fakeRenderer{}}}
	_, err := open(t, repo, func() { retries++ }).Apply(t.Context(), "shop", allPermissions, w)
	if !errors.Is(err, gitrepo.ErrRejected) || errors.Is(err, gitops.ErrBusy) || w.decided != 1 || retries != 0 {
		t.Errorf("got %v after %d attempts, want %v after one", err, w.decided, gitrepo.ErrRejected)
	}
}

// Apply ends between attempts if its context ends.
func TestApplyEndsWithContextBetweenAttempts(t *testing.T) {
	t.Parallel()
	repo := newRepo(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	w := &moving{pushes: 30, somebody: func(n int) {
		repo.Commit(t, "main", "Somebody else", map[string]string{"README": fmt.Sprint(n)})
	}, fixedWork: fixedWork{desired: gitops.Desired{Previews: previews("shop", 1)}, renderer: fakeRenderer{}}}
	_, err := open(t, repo, func() {
		if w.decided == 2 {
			cancel()
		}
	}).Apply(ctx, "shop", allPermissions, w)
	if !errors.Is(err, context.Canceled) || w.decided != 2 {
		t.Errorf("got %v after %d attempts, want %v after 2", err, w.decided, context.Canceled)
	}
}

// Each error of the repository has its URL, and a hint about what to do.
func TestErrorsNameRepository(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		prepare func(*gittest.Repo) string // returns the URL
		want    error
	}{
		"empty":     {func(r *gittest.Repo) string { return r.URL() }, gitrepo.ErrEmpty},
		"no branch": {func(r *gittest.Repo) string { r.Commit(t, "other", "x", map[string]string{"a": "1"}); return r.URL() }, gitrepo.ErrNoBranch},
		"not found": {func(r *gittest.Repo) string { return r.URL() + "-absent" }, gitrepo.ErrNotFound},
		"no credentials": {func(r *gittest.Repo) string {
			r.Commit(t, "main", "x", map[string]string{"a": "1"})
			return gittest.Serve(t, r, gittest.ServeOptions{User: "u", Password: "p"}).URL
		}, gitrepo.ErrAuth},
	} {
		url := test.prepare(gittest.NewRepo(t, "gitops"))
		r := openURL(t, url, func() {})
		for operation, call := range map[string]func() error{
			"state": func() error { _, err := r.State(t.Context(), "shop"); return err },
			"plan": func() error {
				_, err := r.Plan(t.Context(), "shop", allPermissions, fixedWork{renderer: fakeRenderer{}})
				return err
			},
			"apply": func() error {
				_, err := r.Apply(t.Context(), "shop", allPermissions, fixedWork{renderer: fakeRenderer{}})
				return err
			},
		} {
			err := call()
			if !errors.Is(err, test.want) || !strings.Contains(err.Error(), url) || !strings.Contains(err.Error(), test.want.Error()+": ") {
				t.Errorf("%s, %s: got %v, want %v with the URL and a hint", name, operation, err, test.want)
			}
		}
	}
}

// Each field of a preview that its record has is a reason for a commit, unless it is one
// of the fields that change without effect on the environment.
func TestApplyUpdatesEntryForEachField(t *testing.T) {
	t.Parallel()
	// UpdatedAt changes with each comment. ExpiresAt depends on it. Held is not recorded.
	// Set and the id are the entry's place. The link is a function of the other fields and
	// of the configuration.
	without := map[string]bool{"Change.UpdatedAt": true, "ExpiresAt": true, "Held.Reason": true, "Held.Detail": true, "Held.Since": true, "Repository.PageURL": true, "Link": true}
	place := map[string]bool{"Set": true, "Names.ID": true, "Variant": true, "Change.Kind": true}
	base := previews("shop", 1)[0]
	base.Repository.ID = "7"
	base.Hosts = []generator.Host{{Base: "api.acme.dev", Name: "api-pr-1.acme.dev"}}
	base.Labels, base.Parameters, base.Features = []string{"l"}, map[string]string{"k": "v"}, generator.Flags{"f": "on"}
	base.Objection = &generator.Objection{Reason: generator.ReasonLabel, Guard: &generator.Guard{}}
	base.CreatedAt, base.UpdatedAt, base.ExpiresAt = time.Unix(1e9, 0).UTC(), time.Unix(2e9, 0).UTC(), time.Unix(2e9, 0).UTC()
	repo := newRepo(t)
	r := open(t, repo, func() {})
	desired := gitops.Desired{Previews: []generator.Preview{base}, ExpiresAt: func(c generator.Change) time.Time { return c.UpdatedAt }}
	w := fixedWork{desired: desired, renderer: constant{}}
	if _, err := r.Apply(t.Context(), "shop", allPermissions, w); err != nil {
		t.Fatal(err)
	}
	for path, p := range vary.Fields(base) {
		if place[path] {
			continue
		}
		if path == "Change.HeadSHA" {
			p.HeadSHA = strings.Repeat("b", 40)
		}
		w.desired.Previews = []generator.Preview{p}
		result, err := r.Plan(t.Context(), "shop", allPermissions, w)
		if err != nil || len(result.Plan.Failures) > 0 {
			t.Errorf("%s: %v %v", path, err, result.Plan.Failures)
			continue
		}
		if updates := len(result.Plan.Steps) == 1; updates == without[path] {
			t.Errorf("%s: got %d steps, want an update: %t", path, len(result.Plan.Steps), !without[path])
		}
	}
}

// constant renders the same overlay for each preview.
type constant struct{ fakeRenderer }

func (constant) Draft(_ generator.Preview, dir string) (kustomize.Overlay, error) {
	return kustomize.Overlay{Dir: dir, Files: map[string][]byte{"kustomization.yaml": []byte("x\n")}}, nil
}

func (c constant) Render(_ context.Context, p generator.Preview, dir string) (kustomize.Overlay, error) {
	return c.Draft(p, dir)
}

// blocking renders nothing before release is closed.
type blocking struct {
	constant
	entered chan struct{}
	release chan struct{}
}

func (b blocking) Render(ctx context.Context, p generator.Preview, dir string) (kustomize.Overlay, error) {
	b.entered <- struct{}{}
	<-b.release
	return b.constant.Render(ctx, p, dir)
}

// Eight sets compare and render at the same time. The others wait, and end with their
// context.
func TestEightSetsRenderAtTheSameTime(t *testing.T) {
	t.Parallel()
	const bound = 8
	r := open(t, newRepo(t), func() {})
	render := blocking{entered: make(chan struct{}, 2*bound), release: make(chan struct{})}
	apply := func(ctx context.Context, set string) error {
		_, err := r.Apply(ctx, set, allPermissions, fixedWork{desired: gitops.Desired{Previews: previews(set, 1)}, renderer: render})
		return err
	}
	var all sync.WaitGroup
	for i := range bound {
		all.Go(func() {
			if err := apply(t.Context(), fmt.Sprintf("set%d", i)); err != nil {
				t.Errorf("set%d: %v", i, err)
			}
		})
	}
	for range bound {
		<-render.entered
	}
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if err := apply(ctx, "late"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v for the ninth set, want %v", err, context.DeadlineExceeded)
	}
	if n := len(render.entered); n != 0 {
		t.Errorf("%d more sets render", n)
	}
	close(render.release)
	all.Wait()
	if err := apply(t.Context(), "later"); err != nil {
		t.Errorf("after the others: %v", err)
	}
}

// An error of a decision or a renderer does not keep later calls for the set waiting.
func TestFailedCallsReleaseTheirSet(t *testing.T) {
	t.Parallel()
	r := open(t, newRepo(t), func() {})
	failed := errors.New("failed")
	for _, call := range []func() error{
		func() error {
			_, err := r.Apply(t.Context(), "shop", allPermissions, failing{decide: failed})
			return err
		},
		func() error {
			_, err := r.Apply(t.Context(), "shop", allPermissions, failing{render: failed})
			return err
		},
		func() error {
			_, err := r.Plan(t.Context(), "shop", allPermissions, failing{decide: failed})
			return err
		},
		func() error {
			_, err := r.Plan(t.Context(), "shop", allPermissions, failing{render: failed})
			return err
		},
	} {
		done := make(chan error, 1)
		go func() { done <- call() }()
		select {
		case err := <-done:
			if !errors.Is(err, failed) {
				t.Errorf("got %v, want %v", err, failed)
			}
		case <-time.After(time.Minute):
			t.Fatal("the call waits for the one before it")
		}
	}
	if _, err := r.State(t.Context(), "shop"); err != nil {
		t.Error(err)
	}
}

// failing is work of which a part fails.
type failing struct{ decide, render error }

func (f failing) Decide(context.Context, gitops.State) (gitops.Desired, error) {
	return gitops.Desired{Previews: previews("shop", 1)}, f.decide
}

func (f failing) Renderer(context.Context, gitops.State) (gitops.Renderer, error) {
	return constant{}, f.render
}

// addOddFiles commits a symbolic link, a submodule, and a name that is not UTF-8 to a
// directory.
func addOddFiles(t *testing.T, repo *gittest.Repo, dir string) {
	t.Helper()
	repo.Import(t, strings.ReplaceAll(`commit refs/heads/main
committer T <t@example.test> 1700000000 +0000
data 1
m
from refs/heads/main^0
M 120000 inline DIR/link
data 2
..
M 100644 inline "DIR/\377"
data 1
x
M 160000 0123456789012345678901234567890123456789 DIR/module
`, "DIR", dir))
}

// An objection is recorded in each entry that stays although it is not desired. The other
// entries do not change.
func TestObjectionsAreRecordedInEntriesThatStay(t *testing.T) {
	t.Parallel()
	repo := newRepo(t)
	r := open(t, repo, func() {})
	first := fixedWork{desired: gitops.Desired{Previews: previews("shop", 2, 3, 4, 5, 6)}, renderer: constant{}}
	if _, err := r.Apply(t.Context(), "shop", allPermissions, first); err != nil {
		t.Fatal(err)
	}
	addOddFiles(t, repo, "previews/shop/pr-2")
	guard := &generator.Guard{Removals: 1}
	objections := map[string]generator.Objection{}
	for n := range 7 {
		objections[fmt.Sprintf("pr-%d", n+1)] = generator.Objection{Reason: generator.ReasonLabel, Guard: guard}
	}
	w := fixedWork{renderer: constant{}, desired: gitops.Desired{
		Previews: previews("shop", 3), Objections: objections, // pr-1 and pr-7 have no entry, and pr-3 is desired
		Gone: map[string]generator.Verdict{"pr-4": {Reason: generator.ReasonMerged}},
	}}
	for _, test := range []struct {
		mask gitops.Permissions
		want string
	}{
		{gitops.Permissions{Prune: true}, "prune pr-4"},
		{allPermissions, "update pr-2, update pr-5, update pr-6, prune pr-4"},
		{gitops.Permissions{Write: true}, "update pr-2, update pr-4, update pr-5, update pr-6"},
		{gitops.Permissions{}, ""},
	} {
		result, err := r.Plan(t.Context(), "shop", test.mask, w)
		if err != nil {
			t.Fatal(err)
		}
		var steps []string
		for _, s := range result.Plan.Steps {
			steps = append(steps, string(s.Action)+" "+s.ID)
			if _, ok := s.Files()["link"]; ok {
				t.Errorf("%s has a file in place of the link", s.ID)
			}
		}
		if got := strings.Join(steps, ", "); got != test.want {
			t.Errorf("%+v: got %s, want %s", test.mask, got, test.want)
		}
	}
	for _, want := range []int{4, 0} { // the second time, they are recorded
		result, err := r.Apply(t.Context(), "shop", gitops.Permissions{Write: true}, w)
		if err != nil || len(result.Plan.Steps) != want {
			t.Errorf("got %d steps, %v, want %d", len(result.Plan.Steps), err, want)
		}
		for id, entry := range result.State.Entries {
			if got := entry.Record.Preview().Objection; (got != nil) != (id != "pr-3") || got != nil && (got.Reason != generator.ReasonLabel || *got.Guard != *guard) {
				t.Errorf("%s: got objection %+v", id, got)
			}
		}
	}
}

// A record that is too large for an objection does not keep others from being written.
func TestObjectionThatDoesNotFitFailsOneEntry(t *testing.T) {
	t.Parallel()
	repo := newRepo(t)
	r := open(t, repo, func() {})
	w := fixedWork{desired: gitops.Desired{Previews: previews("shop", 1, 2)}, renderer: constant{}}
	w.desired.Previews[0].Author = "a"
	apply := func() gitops.Result {
		t.Helper()
		result, err := r.Apply(t.Context(), "shop", allPermissions, w)
		if err != nil {
			t.Fatal(err)
		}
		return result
	}
	apply()
	size := len(repo.Git(t, "show", "main:previews/shop/pr-1/preview.yaml")) + 1 // Git trims the last line break
	w.desired.Previews[0].Author = strings.Repeat("a", 1+256<<10-size)
	apply()
	objection := generator.Objection{Reason: generator.ReasonFork}
	w.desired = gitops.Desired{Objections: map[string]generator.Objection{"pr-1": objection, "pr-2": objection}}
	got := apply().Plan
	if len(got.Failures) != 1 || got.Failures[0].ID != "pr-1" || len(got.Steps) != 1 || got.Steps[0].ID != "pr-2" {
		t.Errorf("got steps %v and failures %v, want an update of pr-2 and a failure of pr-1", got.Steps, got.Failures)
	}
}
