package committer_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/previewset/previewset/internal/committer"
	"github.com/previewset/previewset/internal/gitrepo"
)

// Changes that are planned at the same time are in one push, with one commit for
// each.
func TestChangesArePushedTogether(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fixture) {
		const count = 8
		var planning sync.WaitGroup
		planning.Add(count)
		var all []<-chan outcome
		for i := range count {
			all = append(all, f.startCommit(t.Context(), planAfter(func() { planning.Done(); planning.Wait() }, planWrite(fmt.Sprint("dir", i)))))
		}
		tip := ""
		for i, done := range all {
			got := <-done
			if got.err != nil {
				t.Fatal(got.err)
			}
			if tip = got.Tree.Tip(); tip != f.repo.Tip(t, "main") {
				t.Errorf("got the tree at %s, want the tip of the branch", tip)
			}
			if changed := f.repo.Git(t, "diff-tree", "-r", "--name-only", "--no-commit-id", got.Commit); changed != fmt.Sprintf("dir%d/file", i) {
				t.Errorf("commit %d changes the wrong files: %s", i, changed)
			}
		}
		if got := f.repo.Git(t, "rev-list", "--count", "main"); got != fmt.Sprint(1+count) {
			t.Errorf("got %s commits, want one more than the %d callers", got, count)
		}
		if _, pushes := f.requests(); pushes != 1 {
			t.Errorf("got %d pushes, want 1", pushes)
		}
	})
}

// A push waits for callers that are planning, for at most 20 ms. Without such
// callers it does not wait.
func TestPushWaitsForPlanningCallers(t *testing.T) {
	for _, c := range []struct {
		name   string
		others time.Duration // how long another caller plans; 0 for no other caller
		then   plan          // plan of the other caller
		took   time.Duration
		pushes int
	}{
		{"alone", 0, nil, 0, 1},
		{"another has a change", 5 * time.Millisecond, planWrite("other"), 5 * time.Millisecond, 1},
		{"another has no change", 5 * time.Millisecond, planNothing, 5 * time.Millisecond, 1},
		{"another plans for too long", time.Second, planWrite("other"), 20 * time.Millisecond, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, f *fixture) {
				other := make(<-chan outcome)
				if c.others > 0 {
					other = f.startCommit(t.Context(), planAfter(func() { <-time.After(c.others) }, c.then))
				}
				start := time.Now()
				if _, err := f.Commit(t.Context(), planWrite("a")); err != nil {
					t.Fatal(err)
				}
				if took := time.Since(start); took != c.took {
					t.Errorf("the commit took %v, want %v", took, c.took)
				}
				if c.others > 0 {
					if got := <-other; got.err != nil {
						t.Error(got.err)
					}
				}
				if _, pushes := f.requests(); pushes != c.pushes {
					t.Errorf("got %d pushes, want %d", pushes, c.pushes)
				}
			})
		})
	}
}

// Callers that ask for a tree before a push get one, and the push includes their
// changes. Callers that ask while the push waits get the tree of the push.
func TestPushIncludesCallersThatAskBeforeIt(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fixture) {
		wait, release := block()
		first := f.startCommit(t.Context(), planAfter(wait, planWrite("first")))
		f.requestGate.close()
		second := f.startCommit(t.Context(), planWrite("second"))
		release()
		synctest.Wait() // the first waits for the fetch of the second
		wait, release = block()
		third := f.startCommit(t.Context(), planAfter(wait, planWrite("third")))
		f.requestGate.open()
		synctest.Wait() // the push waits for the third
		late := f.startTree(t.Context())
		release()
		for _, done := range []<-chan outcome{first, second, third, late} {
			if got := <-done; got.err != nil || got.Tree.Tip() != f.repo.Tip(t, "main") {
				t.Errorf("got tree %v and error %v, want the tip", got.Tree, got.err)
			}
		}
		f.wantRequests(t, 3, 1)
	})
}

// Callers that wait for the tree of a push get a tree even if the push fails.
func TestCallersGetATreeAfterAFailedPush(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fixture) {
		wait, release := block()
		other := f.startCommit(t.Context(), planAfter(wait, planNothing))
		done := f.startCommit(t.Context(), planWrite("a"))
		late := f.startTree(t.Context())
		f.commitForeign(t)
		release()
		<-other
		if got := <-done; !errors.Is(got.err, gitrepo.ErrMoved) {
			t.Errorf("got error %v, want ErrMoved", got.err)
		}
		if got := <-late; got.err != nil || got.Tree.Tip() != f.repo.Tip(t, "main") {
			t.Errorf("got tree %v and error %v, want the tip", got.Tree, got.err)
		}
	})
}

// A change that can't be committed does not affect the other changes of its push.
func TestInvalidChangeDoesNotBlockOthers(t *testing.T) {
	planErr := errors.New("no plan")
	for _, c := range []struct {
		name  string
		plan  plan
		fails string
	}{
		{"invalid", func(context.Context, *gitrepo.Tree) (*committer.Change, error) { return &committer.Change{}, nil }, "a commit needs a message"},
		{"nothing to commit", planWrite("same"), ""},
		{"no change", planNothing, ""},
		{"no plan", func(context.Context, *gitrepo.Tree) (*committer.Change, error) { return nil, planErr }, "no plan"},
	} {
		t.Run(c.name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, f *fixture) {
				f.repo.Commit(t, "main", "Same", map[string]string{"same/file": "x\n"})
				wait, release := block()
				other := f.startCommit(t.Context(), planAfter(wait, planWrite("other")))
				done := f.startCommit(t.Context(), c.plan)
				release()
				switch got := <-done; {
				case got.Commit != "":
					t.Errorf("got commit %s, want none", got.Commit)
				case c.fails == "" && (got.err != nil || got.Tree == nil):
					t.Errorf("got error %v and tree %v, want a tree", got.err, got.Tree)
				case c.fails != "" && (got.err == nil || !strings.Contains(got.err.Error(), c.fails)):
					t.Errorf("got error %v, want %q", got.err, c.fails)
				}
				if got := <-other; got.err != nil || got.Commit != f.repo.Tip(t, "main") {
					t.Errorf("got commit %q and error %v, want the tip", got.Commit, got.err)
				}
			})
		})
	}
}
