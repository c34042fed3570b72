package faults_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/previewset/previewset/internal/gitops"
	gittest "github.com/previewset/previewset/test/fake/git"
)

// minPause is half of the shortest poll.
const minPause = 500 * time.Millisecond

// writer is one of those who push at the same time, and how it fared.
type writer struct {
	name    string
	write   func(ctx context.Context) (commit string, err error)
	commits []string
	inTime  int // commits made while all others wrote
	turns   int // also those with nothing to commit
	busy    int // times that it gave up, to try again
	retries atomic.Int64
	longest time.Duration // from the beginning of a commit to its end
}

// Two replicas of the service for each of two sets, a pruner for each set, and
// two people, all on one branch and hardly with a pause: nothing is lost, and nobody
// is kept from it.
func TestManyWriters(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "keep")
	w.person("A person's", map[string]string{"docs/README": "x\n"})
	var writers []*writer
	var processes []*process
	for _, set := range []string{"shop", "web"} {
		for i, mask := range []gitops.Permissions{{Write: true}, {Write: true}, {Prune: true}} {
			one := &writer{name: fmt.Sprintf("%s %d %v", set, i, mask)}
			p := w.startSet(set, mask, func() { one.retries.Add(1) })
			one.write = p.commit
			writers, processes = append(writers, one), append(processes, p)
		}
	}
	for i := range 2 {
		one := &writer{name: fmt.Sprint("person ", i)}
		one.write = w.clone(i, &one.retries)
		writers = append(writers, one)
	}
	w.write(writers, w.pause(writers[len(writers)-1]))
	w.settle(writers, processes)
}

// pause returns the longest pause between a writer's turns. It is some times as long
// as a person needs for a commit, so that a person's chance does not depend on how
// busy the machine is.
func (w *world) pause(person *writer) time.Duration {
	w.t.Helper()
	start := time.Now()
	if err := person.once(w.t.Context()); err != nil {
		w.t.Fatalf("%s: %v", person.name, err)
	}
	return max(minPause, 5*time.Since(start))
}

// write has all write until the time is over, while branches come and go.
func (w *world) write(writers []*writer, pause time.Duration) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), *lasting)
	defer cancel()
	var all sync.WaitGroup
	for _, one := range writers {
		all.Go(func() {
			for ctx.Err() == nil {
				before := len(one.commits)
				if err := one.once(w.t.Context()); err != nil {
					w.t.Errorf("%s: %v", one.name, err)
					return
				}
				if ctx.Err() == nil {
					one.inTime += len(one.commits) - before
				}
				select {
				case <-ctx.Done():
				case <-time.After(rand.N(pause)):
				}
			}
		})
	}
	all.Go(func() {
		for n := 0; ctx.Err() == nil; n++ {
			w.app.Branch(w.t, fmt.Sprintf("f%d", n), "main")
			if n >= 4 {
				w.app.DeleteBranch(w.t, fmt.Sprintf("f%d", n-4))
			}
			select {
			case <-ctx.Done():
			case <-time.After(pause):
			}
		}
	})
	all.Wait()
}

func (one *writer) once(ctx context.Context) error {
	start := time.Now()
	one.turns++
	commit, err := one.write(ctx)
	if errors.Is(err, gitops.ErrBusy) {
		one.busy++
		return nil
	}
	if err != nil || commit == "" {
		return err
	}
	one.commits = append(one.commits, commit)
	one.longest = max(one.longest, time.Since(start))
	return nil
}

// settle lets each process end its work, and checks that all is there.
func (w *world) settle(writers []*writer, processes []*process) {
	w.t.Helper()
	for range 2 { // a pruner leaves what has come since it looked last
		for _, p := range processes {
			if err := p.sync(w.t.Context()); err != nil {
				w.t.Error(err)
			}
		}
	}
	w.sound()
	history := strings.Fields(w.gitops.Git(w.t, "rev-list", "main"))
	slices.Sort(history)
	for _, one := range writers {
		w.t.Logf("%-20s %3d commits in %3d turns, %3d pushes again, gave up %d times, at most %v", one.name,
			len(one.commits), one.turns, one.retries.Load(), one.busy, one.longest.Round(time.Millisecond))
		if one.inTime == 0 {
			w.t.Errorf("%s was starved", one.name)
		}
		for _, commit := range one.commits {
			if _, there := slices.BinarySearch(history, commit); !there {
				w.t.Errorf("%s: its commit %s is lost", one.name, commit)
			}
		}
	}
	var want []string
	for branch := range strings.FieldsSeq(w.app.Git(w.t, "for-each-ref", "--format=%(refname:short)")) {
		if branch != "main" {
			want = append(want, "br-"+branch)
		}
	}
	slices.Sort(want)
	for _, set := range []string{"shop", "web"} {
		if got := w.entriesOf(set); !slices.Equal(got, want) {
			w.t.Errorf("%s has %v, want %v", set, got, want)
		}
	}
	for i := range 2 {
		files := w.gitops.Git(w.t, "ls-tree", "-r", "--name-only", "main", fmt.Sprintf("docs/person-%d/", i))
		if got, want := len(strings.Fields(files)), len(writers[len(writers)-2+i].commits); got != want {
			w.t.Errorf("person %d has %d files of %d", i, got, want)
		}
	}
}

// clone returns how a person writes: commit, and pull and push until nobody else
// was faster.
func (w *world) clone(i int, again *atomic.Int64) func(context.Context) (string, error) {
	w.t.Helper()
	dir := filepath.Join(w.t.TempDir(), "clone")
	gittest.Git(w.t, ".", "clone", "--quiet", w.server.URL, dir)
	file := 0
	return func(context.Context) (string, error) {
		file++
		name := filepath.Join(dir, "docs", fmt.Sprintf("person-%d", i), fmt.Sprint(file))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return "", err
		}
		if err := os.WriteFile(name, []byte("x\n"), 0o600); err != nil {
			return "", err
		}
		for _, args := range [][]string{{"add", "."}, {"commit", "--quiet", "-m", name[len(dir)+1:]}} {
			if out, ok := gittest.TryGit(w.t, dir, args...); !ok {
				return "", errors.New(out)
			}
		}
		for ; ; again.Add(1) {
			if out, ok := gittest.TryGit(w.t, dir, "pull", "--quiet", "--rebase"); !ok {
				return "", errors.New(out)
			}
			out, ok := gittest.TryGit(w.t, dir, "push", "--quiet")
			if ok {
				out, _ = gittest.TryGit(w.t, dir, "rev-parse", "HEAD")
				return out, nil
			}
			if !strings.Contains(out, "rejected]") {
				return "", errors.New(out)
			}
		}
	}
}
