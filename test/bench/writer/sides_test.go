package writer_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/previewset/previewset/internal/gitrepo"
	"github.com/previewset/previewset/test/bench/gitserver"
	"github.com/previewset/previewset/test/bench/measure"
	"github.com/previewset/previewset/test/bench/writer"
	gittest "github.com/previewset/previewset/test/fake/git"
)

// The names of the sides.
const (
	ours       = "previewset"
	gitCommand = "git, blob:none and fast-import"
)

// side is a side in one round.
type side struct {
	name   string
	repo   *gittest.Repo
	server *gitserver.Server
	push   func(gitrepo.Edit) error
}

func newSide(t testing.TB, name string, repo *gittest.Repo, delay time.Duration) *side {
	t.Helper()
	s := &side{name: name, repo: repo, server: gitserver.Serve(t, repo, delay)}
	switch name {
	case ours:
		o, err := writer.OpenOurs(s.server.URL)
		if err != nil {
			t.Fatal(err)
		}
		s.push = func(e gitrepo.Edit) error { return o.Push(t.Context(), e) }
	case gitCommand:
		s.push = (&git{url: s.server.URL, dir: filepath.Join(t.TempDir(), "clone.git")}).push
	}
	return s
}

// warmUp pushes once with this side, and then once as another writer.
func (s *side) warmUp(t testing.TB, entries int) {
	t.Helper()
	if err := s.push(warmUpEdit(entries)); err != nil {
		t.Fatal(err)
	}
	gitserver.CommitOther(t, s.repo, 0)
}

// rounds runs the rounds of one benchmark and collects their costs.
type rounds struct {
	store *gitserver.Store
	shape gitserver.Shape
	delay time.Duration
	warm  bool

	time, sent, received, requests measure.Pair
}

// run measures the sides. In each round each side gets a copy of the repository, and all
// sides must make the same commit.
func (r *rounds) run(b *testing.B, e gitrepo.Edit, names ...string) {
	for b.Loop() {
		r.round(b, e, names)
	}
}

func (r *rounds) round(b *testing.B, e gitrepo.Edit, names []string) {
	var timed, sent, received, requests []measure.Side
	sides := make([]*side, len(names))
	for i, name := range names {
		s := newSide(b, name, r.store.Repo(b, r.shape), r.delay)
		if r.warm {
			s.warmUp(b, r.shape.Entries)
		}
		s.server.Reset()
		sides[i] = s
		timed = append(timed, measure.Side{Name: name, Run: func() float64 {
			return measure.Millis(func() {
				if err := s.push(e); err != nil {
					b.Fatal(err)
				}
			})
		}})
		sent = append(sent, measure.Side{Name: name, Run: func() float64 { return s.kilobytes(true) }})
		received = append(received, measure.Side{Name: name, Run: func() float64 { return s.kilobytes(false) }})
		requests = append(requests, measure.Side{Name: name, Run: func() float64 { return float64(len(s.server.Requests())) }})
	}
	r.time.Round(timed...)
	r.sent.Round(sent...)
	r.received.Round(received...)
	r.requests.Round(requests...)
	checkSameCommit(b, sides)
}

// kilobytes returns the size of the bodies that the side sent or received, in kB.
func (s *side) kilobytes(sent bool) float64 {
	up, down := s.server.Traffic()
	if sent {
		return float64(up) / 1000
	}
	return float64(down) / 1000
}

// checkSameCommit fails the test unless all sides made the same commit.
func checkSameCommit(t testing.TB, sides []*side) {
	t.Helper()
	want := sides[0].repo.Tip(t, gitserver.Branch)
	for _, s := range sides[1:] {
		if got := s.repo.Tip(t, gitserver.Branch); got != want {
			t.Fatalf("tip of %s: got %s, want %s as %s", s.name, got, want, sides[0].name)
		}
	}
}

func TestSidesMakeTheSameCommit(t *testing.T) {
	store := gitserver.NewStore(t)
	shape := gitserver.Shape{Entries: 10, Files: 100, Commits: 5}
	for _, warm := range []bool{false, true} {
		var sides []*side
		for _, name := range []string{ours, gitCommand} {
			s := newSide(t, name, store.Repo(t, shape), 0)
			if warm {
				s.warmUp(t, shape.Entries)
			}
			if err := s.push(writer.NewEdit(3, 2)); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			sides = append(sides, s)
		}
		checkSameCommit(t, sides)
		checkEdit(t, sides[0].repo)
	}
}

// checkEdit checks the result of writer.NewEdit(3, 2) on ten entries.
func checkEdit(t *testing.T, r *gittest.Repo) {
	t.Helper()
	r.Git(t, "fsck", "--strict")
	files := r.Files(t, gitserver.Branch, gitserver.SetDir)
	if got, want := len(files), 7*len(gitserver.EntryFiles(0, 0)); got != want {
		t.Errorf("got %d files, want %d", got, want)
	}
	changed := writer.NewEdit(3, 2).Dirs
	for dir, content := range changed {
		for name, data := range content {
			if got := files[dir+"/"+name]; got+"\n" != string(data) {
				t.Errorf("%s/%s: got %q, want %q", dir, name, got, data)
			}
		}
	}
	if len(changed) != 2 {
		t.Errorf("the edit changes %d entries, want 2", len(changed))
	}
}

// goalEdit returns the edit of goal 4.
func goalEdit() gitrepo.Edit { return writer.NewEdit(300, 100) }

// warmUpEdit returns the edit that a warm side has pushed before the measurement.
func warmUpEdit(entries int) gitrepo.Edit {
	last := entries - 1
	return gitrepo.Edit{Dirs: map[string]map[string][]byte{
		gitserver.EntryDir(last): gitserver.EntryFiles(last, 1<<30),
	}}
}
