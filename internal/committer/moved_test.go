package committer_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/previewset/previewset/internal/gitrepo"
	gittest "github.com/previewset/previewset/test/fake/git"
)

// A plan stays valid after a push of this Committer. It is invalid after somebody
// else has moved the branch, even if this Committer has already fetched the new tip.
func TestPlanStaysValidUntilAForeignPush(t *testing.T) {
	for _, c := range []struct {
		name  string
		moves func(t *testing.T, f *fixture)
		valid bool
	}{
		{"nobody", func(*testing.T, *fixture) {}, true},
		{"this Committer", func(t *testing.T, f *fixture) { f.mustCommit(t, "other") }, true},
		{"somebody else", func(t *testing.T, f *fixture) { f.commitForeign(t) }, false},
		{"somebody else, then this Committer", func(t *testing.T, f *fixture) { f.commitForeign(t); f.mustCommit(t, "other") }, false},
		{"somebody else, back to before the plan", func(t *testing.T, f *fixture) { f.repo.Branch(t, "main", "main~1"); f.mustCommit(t, "other") }, false},
		{"somebody else, back to the plan", func(t *testing.T, f *fixture) {
			planned := f.repo.Tip(t, "main")
			f.mustCommit(t, "other")
			f.repo.Branch(t, "main", planned)
			f.mustCommit(t, "third")
		}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, f *fixture) {
				f.mustCommit(t, "before")
				result, err := f.Commit(t.Context(), planAfter(func() { c.moves(t, f) }, planWrite("a")))
				switch {
				case c.valid && (err != nil || result.Commit != f.repo.Tip(t, "main")):
					t.Errorf("got commit %q and error %v, want the tip", result.Commit, err)
				case !c.valid && (!errors.Is(err, gitrepo.ErrMoved) || result.Commit != ""):
					t.Errorf("got commit %q and error %v, want ErrMoved", result.Commit, err)
				}
				_, pushed := f.repo.Files(t, "main", "")["a/file"]
				if pushed != c.valid {
					t.Errorf("pushed is %v, want %v", pushed, c.valid)
				}
			})
		})
	}
}

func (f *fixture) mustCommit(t *testing.T, dir string) {
	t.Helper()
	if _, err := f.Commit(t.Context(), planWrite(dir)); err != nil {
		t.Error(err)
	}
}

func (f *fixture) commitForeign(t *testing.T) {
	t.Helper()
	f.repo.Commit(t, "main", "Somebody else", map[string]string{"README": "other\n"})
}

// If the server rejects the change of one caller, the other changes are still
// pushed.
func TestRejectedChangeDoesNotBlockOthers(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fixture) {
		f.repo.Hook(t, "pre-receive", `read old new ref; if git diff --name-only $old $new | grep -q ^dir1/; then echo "not dir1"; exit 1; fi`)
		wait, release := block()
		var all []<-chan outcome
		for i := range 4 {
			all = append(all, f.startCommit(t.Context(), planAfter(wait, planWrite(fmt.Sprint("dir", i)))))
		}
		release()
		for i, done := range all {
			got := <-done
			_, pushed := gittest.TryGit(t, f.repo.Dir, "rev-parse", "--verify", fmt.Sprintf("main:dir%d", i))
			if rejected := i == 1; errors.Is(got.err, gitrepo.ErrRejected) != rejected || (got.err != nil) != rejected || pushed == rejected {
				t.Errorf("dir%d: got error %v and pushed %v, want rejected %v", i, got.err, pushed, rejected)
			}
			if i == 1 && !strings.Contains(got.err.Error(), "not dir1") {
				t.Errorf("got error %v, want the server's message", got.err)
			}
		}
		if _, pushes := f.requests(); pushes != 5 {
			t.Errorf("got %d pushes, want 5: one of all changes and one of each", pushes)
		}
	})
}

// One push has at most 500 directories, but those of one caller are never split.
func TestPushIsBoundedByDirectories(t *testing.T) {
	for _, c := range []struct {
		sizes  []int
		pushes int
	}{
		{[]int{300, 200}, 1},
		{[]int{300, 200, 1}, 2},
		{[]int{501, 1}, 2},
	} {
		t.Run(fmt.Sprint(c.sizes), func(t *testing.T) {
			inBubble(t, func(t *testing.T, f *fixture) {
				wait, release := block()
				var all []<-chan outcome
				for i, size := range c.sizes {
					var dirs []string
					for n := range size {
						dirs = append(dirs, fmt.Sprintf("set%d/dir%d", i, n))
					}
					all = append(all, f.startCommit(t.Context(), planAfter(wait, planWrite(dirs...))))
				}
				release()
				for _, done := range all {
					if got := <-done; got.err != nil {
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
