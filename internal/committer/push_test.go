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

// Changes that are planned at the same time go in one push, with a commit each.
func TestChangesArePushedTogether(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bed) {
		const n = 8
		var planning sync.WaitGroup
		planning.Add(n)
		var all []<-chan outcome
		for i := range n {
			all = append(all, b.start(t.Context(), after(func() { planning.Done(); planning.Wait() }, write(fmt.Sprint("dir", i)))))
		}
		tip := ""
		for i, done := range all {
			got := <-done
			if got.err != nil {
				t.Fatal(got.err)
			}
			if tip = got.Tree.Tip(); tip != b.repo.Tip(t, "main") {
				t.Errorf("tree at %s, want the branch's tip", tip)
			}
			if changed := b.repo.Git(t, "diff-tree", "-r", "--name-only", "--no-commit-id", got.Commit); changed != fmt.Sprintf("dir%d/file", i) {
				t.Errorf("commit %d changes %s", i, changed)
			}
		}
		if got := b.repo.Git(t, "rev-list", "--count", "main"); got != fmt.Sprint(1+n) {
			t.Errorf("%s commits, want one for each caller", got)
		}
		if _, pushes := b.requests(); pushes != 1 {
			t.Errorf("%d pushes, want one", pushes)
		}
	})
}

// A push waits for those who plan, but not longer than 20 ms, and not for
// nobody.
func TestAPushGathers(t *testing.T) {
	for _, c := range []struct {
		name   string
		others time.Duration // how long somebody else plans; 0 for nobody
		then   plan          // what they plan
		took   time.Duration
		pushes int
	}{
		{"alone", 0, nil, 0, 1},
		{"another comes along", 5 * time.Millisecond, write("other"), 5 * time.Millisecond, 1},
		{"another has no change", 5 * time.Millisecond, nothing, 5 * time.Millisecond, 1},
		{"another plans for long", time.Second, write("other"), 20 * time.Millisecond, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, b *bed) {
				other := make(<-chan outcome)
				if c.others > 0 {
					other = b.start(t.Context(), after(func() { <-time.After(c.others) }, c.then))
				}
				begin := time.Now()
				if _, err := b.Commit(t.Context(), write("a")); err != nil {
					t.Fatal(err)
				}
				if took := time.Since(begin); took != c.took {
					t.Errorf("it took %v, want %v", took, c.took)
				}
				if c.others > 0 {
					if got := <-other; got.err != nil {
						t.Error(got.err)
					}
				}
				if _, pushes := b.requests(); pushes != c.pushes {
					t.Errorf("%d pushes, want %d", pushes, c.pushes)
				}
			})
		})
	}
}

// Those who ask for a tree before a push get one, and come along. For those who
// ask while it gathers the push is a look.
func TestAPushTakesAlongThoseWhoAsk(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bed) {
		wait, release := hold()
		first := b.start(t.Context(), after(wait, write("first")))
		b.gate.close()
		second := b.start(t.Context(), write("second"))
		release()
		synctest.Wait() // the first waits for the look of the second
		wait, release = hold()
		third := b.start(t.Context(), after(wait, write("third")))
		b.gate.open()
		synctest.Wait() // the push waits for the third
		late := b.startTree(t.Context())
		release()
		for _, done := range []<-chan outcome{first, second, third, late} {
			if got := <-done; got.err != nil || got.Tree.Tip() != b.repo.Tip(t, "main") {
				t.Errorf("error %v, or not the tip", got.err)
			}
		}
		b.wantRequests(t, 3, 1)
	})
}

// A push that fails is no look: those who wait for it get a tree nevertheless.
func TestAFailedPushIsNoLook(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bed) {
		wait, release := hold()
		other := b.start(t.Context(), after(wait, nothing))
		done := b.start(t.Context(), write("a"))
		late := b.startTree(t.Context())
		b.foreign(t)
		release()
		<-other
		if got := <-done; !errors.Is(got.err, gitrepo.ErrMoved) {
			t.Errorf("error %v, want a branch that has moved", got.err)
		}
		if got := <-late; got.err != nil || got.Tree.Tip() != b.repo.Tip(t, "main") {
			t.Errorf("tree %v and error %v, want the tip", got.Tree, got.err)
		}
	})
}

// What can't be committed stops no other change of its push.
func TestAChangeThatCanNotBeCommittedStopsNoOther(t *testing.T) {
	invalid := errors.New("no plan")
	for _, c := range []struct {
		name  string
		plan  plan
		fails string
	}{
		{"invalid", func(context.Context, *gitrepo.Tree) (*committer.Change, error) { return &committer.Change{}, nil }, "a commit needs a message"},
		{"nothing to commit", write("same"), ""},
		{"no change", nothing, ""},
		{"no plan", func(context.Context, *gitrepo.Tree) (*committer.Change, error) { return nil, invalid }, "no plan"},
	} {
		t.Run(c.name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, b *bed) {
				b.repo.Commit(t, "main", "Same", map[string]string{"same/file": "x\n"})
				wait, release := hold()
				other := b.start(t.Context(), after(wait, write("other")))
				done := b.start(t.Context(), c.plan)
				release()
				switch got := <-done; {
				case got.Commit != "":
					t.Errorf("commit %s", got.Commit)
				case c.fails == "" && (got.err != nil || got.Tree == nil):
					t.Errorf("error %v", got.err)
				case c.fails != "" && (got.err == nil || !strings.Contains(got.err.Error(), c.fails)):
					t.Errorf("error %v, want %q", got.err, c.fails)
				}
				if got := <-other; got.err != nil || got.Commit != b.repo.Tip(t, "main") {
					t.Errorf("commit %q and error %v, want the tip", got.Commit, got.err)
				}
			})
		})
	}
}
