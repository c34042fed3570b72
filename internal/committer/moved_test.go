package committer_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/previewset/previewset/internal/gitrepo"
	gittest "github.com/previewset/previewset/test/fake/git"
)

// A plan holds after a push of this Committer. It does not hold after somebody
// else has moved the branch, also where this Committer has seen that.
func TestAPlanHoldsUntilSomebodyElseMovesTheBranch(t *testing.T) {
	for _, c := range []struct {
		name  string
		moves func(t *testing.T, b *bed)
		holds bool
	}{
		{"nobody", func(*testing.T, *bed) {}, true},
		{"this Committer", func(t *testing.T, b *bed) { b.mustCommit(t, "other") }, true},
		{"somebody else", func(t *testing.T, b *bed) { b.foreign(t) }, false},
		{"somebody else, then this Committer", func(t *testing.T, b *bed) { b.foreign(t); b.mustCommit(t, "other") }, false},
		{"somebody else, back to before the plan", func(t *testing.T, b *bed) { b.repo.Branch(t, "main", "main~1"); b.mustCommit(t, "other") }, false},
		{"somebody else, back to the plan", func(t *testing.T, b *bed) {
			planned := b.repo.Tip(t, "main")
			b.mustCommit(t, "other")
			b.repo.Branch(t, "main", planned)
			b.mustCommit(t, "third")
		}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, b *bed) {
				b.mustCommit(t, "before")
				result, err := b.Commit(t.Context(), after(func() { c.moves(t, b) }, write("a")))
				switch {
				case c.holds && (err != nil || result.Commit != b.repo.Tip(t, "main")):
					t.Errorf("commit %q and error %v, want the tip", result.Commit, err)
				case !c.holds && (!errors.Is(err, gitrepo.ErrMoved) || result.Commit != ""):
					t.Errorf("commit %q and error %v, want a branch that has moved", result.Commit, err)
				}
				_, pushed := b.repo.Files(t, "main", "")["a/file"]
				if pushed != c.holds {
					t.Errorf("pushed: %v", pushed)
				}
			})
		})
	}
}

func (b *bed) mustCommit(t *testing.T, dir string) {
	t.Helper()
	if _, err := b.Commit(t.Context(), write(dir)); err != nil {
		t.Error(err)
	}
}

func (b *bed) foreign(t *testing.T) {
	t.Helper()
	b.repo.Commit(t, "main", "Somebody else", map[string]string{"README": "other\n"})
}

// What the server rejects of one caller is not pushed; the others are.
func TestARejectedChangeStopsNoOther(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bed) {
		b.repo.Hook(t, "pre-receive", `read old new ref; if git diff --name-only $old $new | grep -q ^dir1/; then echo "not dir1"; exit 1; fi`)
		wait, release := hold()
		var all []<-chan outcome
		for i := range 4 {
			all = append(all, b.start(t.Context(), after(wait, write(fmt.Sprint("dir", i)))))
		}
		release()
		for i, done := range all {
			got := <-done
			_, pushed := gittest.TryGit(t, b.repo.Dir, "rev-parse", "--verify", fmt.Sprintf("main:dir%d", i))
			if rejected := i == 1; errors.Is(got.err, gitrepo.ErrRejected) != rejected || (got.err != nil) != rejected || pushed == rejected {
				t.Errorf("dir%d: error %v, pushed %v", i, got.err, pushed)
			}
			if i == 1 && !strings.Contains(got.err.Error(), "not dir1") {
				t.Errorf("error %v, want the server's words", got.err)
			}
		}
		if _, pushes := b.requests(); pushes != 5 {
			t.Errorf("%d pushes, want one of all and one of each", pushes)
		}
	})
}

// No more than 500 directories go together, but those of one caller are never
// split.
func TestAPushIsBounded(t *testing.T) {
	for _, c := range []struct {
		sizes  []int
		pushes int
	}{
		{[]int{300, 200}, 1},
		{[]int{300, 200, 1}, 2},
		{[]int{501, 1}, 2},
	} {
		t.Run(fmt.Sprint(c.sizes), func(t *testing.T) {
			inBubble(t, func(t *testing.T, b *bed) {
				wait, release := hold()
				var all []<-chan outcome
				for i, size := range c.sizes {
					var dirs []string
					for n := range size {
						dirs = append(dirs, fmt.Sprintf("set%d/dir%d", i, n))
					}
					all = append(all, b.start(t.Context(), after(wait, write(dirs...))))
				}
				release()
				for _, done := range all {
					if got := <-done; got.err != nil {
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
