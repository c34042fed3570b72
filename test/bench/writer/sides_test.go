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

// Names of sides.
const (
	us     = "previewset"
	theGit = "git, blob:none and fast-import"
)

// side is one of them in one round.
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
	case us:
		o, err := writer.OpenOurs(s.server.URL)
		if err != nil {
			t.Fatal(err)
		}
		s.push = func(w gitrepo.Edit) error { return o.Push(t.Context(), w) }
	case theGit:
		s.push = (&git{url: s.server.URL, dir: filepath.Join(t.TempDir(), "clone.git")}).push
	}
	return s
}

// rehearse makes the side warm, and has somebody else push after it.
func (s *side) rehearse(t testing.TB, entries int) {
	t.Helper()
	if err := s.push(rehearsal(entries)); err != nil {
		t.Fatal(err)
	}
	gitserver.Elsewhere(t, s.repo, 0)
}

// rounds are those of one benchmark, with what they took.
type rounds struct {
	store *gitserver.Store
	shape gitserver.Shape
	delay time.Duration
	warm  bool

	time, sent, received, requests measure.Pair
}

// run measures the sides. Each has a copy of the repository in each round, and
// all have to make the same commit.
func (r *rounds) run(b *testing.B, w gitrepo.Edit, names ...string) {
	for b.Loop() {
		r.round(b, w, names)
	}
}

func (r *rounds) round(b *testing.B, w gitrepo.Edit, names []string) {
	var timed, sent, received, requests []measure.Side
	sides := make([]*side, len(names))
	for i, name := range names {
		s := newSide(b, name, r.store.Repo(b, r.shape), r.delay)
		if r.warm {
			s.rehearse(b, r.shape.Entries)
		}
		s.server.Reset()
		sides[i] = s
		timed = append(timed, measure.Side{Name: name, Run: func() float64 {
			return measure.Millis(func() {
				if err := s.push(w); err != nil {
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
	agree(b, sides)
}

// kilobytes returns what the side sent, or received.
func (s *side) kilobytes(sent bool) float64 {
	up, down := s.server.Traffic()
	if sent {
		return float64(up) / 1000
	}
	return float64(down) / 1000
}

// agree fails unless all sides made the same commit.
func agree(t testing.TB, sides []*side) {
	t.Helper()
	want := sides[0].repo.Tip(t, gitserver.Branch)
	for _, s := range sides[1:] {
		if got := s.repo.Tip(t, gitserver.Branch); got != want {
			t.Fatalf("%s is at %s, %s at %s", s.name, got, sides[0].name, want)
		}
	}
}

func TestSidesAgree(t *testing.T) {
	store := gitserver.NewStore(t)
	shape := gitserver.Shape{Entries: 10, Files: 100, Commits: 5}
	for _, warm := range []bool{false, true} {
		var sides []*side
		for _, name := range []string{us, theGit} {
			s := newSide(t, name, store.Repo(t, shape), 0)
			if warm {
				s.rehearse(t, shape.Entries)
			}
			if err := s.push(writer.NewEdit(3, 2)); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			sides = append(sides, s)
		}
		agree(t, sides)
		checkWork(t, sides[0].repo)
	}
}

// checkWork looks at what writer.NewEdit(3, 2) makes of ten entries.
func checkWork(t *testing.T, r *gittest.Repo) {
	t.Helper()
	r.Git(t, "fsck", "--strict")
	files := r.Files(t, gitserver.Branch, gitserver.SetDir)
	if got, want := len(files), 7*len(gitserver.EntryFiles(0, 0)); got != want {
		t.Errorf("%d files, want %d", got, want)
	}
	changed := writer.NewEdit(3, 2).Dirs
	for dir, content := range changed {
		for name, data := range content {
			if got := files[dir+"/"+name]; got+"\n" != string(data) {
				t.Errorf("%s/%s is %q", dir, name, got)
			}
		}
	}
	if len(changed) != 2 {
		t.Errorf("%d entries changed", len(changed))
	}
}

// theWork is that of the goal.
func theWork() gitrepo.Edit { return writer.NewEdit(300, 100) }

// rehearsal is what a warm side has done before.
func rehearsal(entries int) gitrepo.Edit {
	last := entries - 1
	return gitrepo.Edit{Dirs: map[string]map[string][]byte{
		gitserver.EntryDir(last): gitserver.EntryFiles(last, 1<<30),
	}}
}
