package faults_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/previewset/previewset/internal/gitops"
)

const (
	// wantCommits is how many commits each writer must get onto the branch while all
	// others write.
	wantCommits = 2
	// maxCommits is how many commits all writers make at most. A writer that has fewer
	// than wantCommits then is starved.
	maxCommits = 300
	// maxPause is the longest pause between two turns of a writer, as a multiple of the
	// time that each attempt of the first turn took. The chance that two writers collide
	// then does not depend on the speed of the machine.
	maxPause = 10
	// branchEvery is how many commits it takes until the application's branches change.
	branchEvery = 3
)

// writer is one of the writers that push at the same time, and its results.
type writer struct {
	name    string
	write   func(ctx context.Context) (commit string, err error)
	commits []string
	turns   int // including those with nothing to commit
	busy    int // turns that returned gitops.ErrBusy
	retries atomic.Int64
	longest time.Duration // of a turn that made a commit
}

// Two replicas of the service and a pruner for each of two sets, and two people, all
// write to one branch. No commit is lost, and no writer is starved.
func TestManyWritersShareABranch(t *testing.T) {
	t.Parallel()
	f := newFixture(t, "keep")
	f.commitAsPerson("A person's", map[string]string{"docs/README": "x\n"})
	var writers []*writer
	var processes []*process
	for _, set := range []string{"shop", "web"} {
		for i, permissions := range []gitops.Permissions{{Write: true}, {Write: true}, {Prune: true}} {
			one := &writer{name: fmt.Sprintf("%s %d %v", set, i, permissions)}
			p := f.startSet(set, permissions, func() { one.retries.Add(1) })
			one.write = p.commit
			writers, processes = append(writers, one), append(processes, p)
		}
	}
	people := make([]*writer, 2)
	for i := range people {
		people[i] = &writer{name: fmt.Sprint("person ", i)}
		people[i].write = newClone(f, i, &people[i].retries).commit
	}
	writers = append(writers, people...)
	f.write(writers)
	f.complete(processes)
	f.checkHistory()
	f.checkWriters(writers)
	f.checkSets("shop", "web")
	f.checkPeople(people)
}

// race is the state of writers that write at the same time.
type race struct {
	cancel  context.CancelFunc
	mu      sync.Mutex
	total   int
	waiting int           // writers with fewer than wantCommits commits
	changes chan struct{} // receives when it is time to change branches
}

// committed counts a commit of a writer that has made n. It ends the race when each
// writer has made wantCommits, or all have made maxCommits.
func (r *race) committed(n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.total++; r.total%branchEvery == 0 {
		select {
		case r.changes <- struct{}{}:
		default:
		}
	}
	if n == wantCommits {
		r.waiting--
	}
	if r.waiting == 0 || r.total >= maxCommits {
		r.cancel()
	}
}

// write lets all writers write at the same time, while branches are created and
// deleted.
func (f *fixture) write(writers []*writer) {
	f.t.Helper()
	ctx, cancel := context.WithCancel(f.t.Context())
	defer cancel()
	r := &race{cancel: cancel, waiting: len(writers), changes: make(chan struct{}, 1)}
	var all sync.WaitGroup
	for _, one := range writers {
		all.Go(func() {
			if err := one.run(ctx, f.t.Context(), r); err != nil {
				f.t.Errorf("%s: %v", one.name, err)
				cancel()
			}
		})
	}
	all.Go(func() { f.changeBranches(ctx, r.changes) })
	all.Wait()
}

// run takes turns until ctx ends. The last turn, which began before that, has the
// context of the test: it ends normally.
func (one *writer) run(ctx, test context.Context, r *race) error {
	for ctx.Err() == nil {
		start, before, retries := time.Now(), len(one.commits), one.retries.Load()
		if err := one.turn(test); err != nil {
			return err
		}
		if len(one.commits) > before {
			r.committed(len(one.commits))
		}
		attempt := time.Since(start) / time.Duration(1+one.retries.Load()-retries)
		select {
		case <-ctx.Done():
		case <-time.After(rand.N(maxPause * attempt)):
		}
	}
	return nil
}

func (one *writer) turn(ctx context.Context) error {
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

// changeBranches creates a branch, and deletes the oldest of four, for each value that
// it receives.
func (f *fixture) changeBranches(ctx context.Context, changes <-chan struct{}) {
	for n := 0; ; n++ {
		f.app.Branch(f.t, fmt.Sprintf("f%d", n), "main")
		if n >= 4 {
			f.app.DeleteBranch(f.t, fmt.Sprintf("f%d", n-4))
		}
		select {
		case <-ctx.Done():
			return
		case <-changes:
		}
	}
}

// complete lets each process complete its work, one after the other.
func (f *fixture) complete(processes []*process) {
	f.t.Helper()
	for range 2 { // a pruner leaves entries newer than its last list for the next sync
		for _, p := range processes {
			if err := p.sync(f.t.Context()); err != nil {
				f.t.Error(err)
			}
		}
	}
}

// checkWriters checks that each writer made its commits, and that the branch has them.
func (f *fixture) checkWriters(writers []*writer) {
	f.t.Helper()
	history := strings.Fields(f.gitops.Git(f.t, "rev-list", "main"))
	slices.Sort(history)
	for _, one := range writers {
		f.t.Logf("%-20s %3d commits in %3d turns, %3d retries, busy %d times, longest turn %v", one.name,
			len(one.commits), one.turns, one.retries.Load(), one.busy, one.longest.Round(time.Millisecond))
		if len(one.commits) < wantCommits {
			f.t.Errorf("%s is starved: got %d commits, want %d", one.name, len(one.commits), wantCommits)
		}
		for _, commit := range one.commits {
			if _, exists := slices.BinarySearch(history, commit); !exists {
				f.t.Errorf("%s: the branch lacks the commit %s", one.name, commit)
			}
		}
	}
}

// checkSets checks that each set has an entry for each branch.
func (f *fixture) checkSets(sets ...string) {
	f.t.Helper()
	var want []string
	for branch := range strings.FieldsSeq(f.app.Git(f.t, "for-each-ref", "--format=%(refname:short)")) {
		if branch != "main" {
			want = append(want, "br-"+branch)
		}
	}
	slices.Sort(want)
	for _, set := range sets {
		if got := f.entriesOf(set); !slices.Equal(got, want) {
			f.t.Errorf("got the entries %v of the set %s, want %v", got, set, want)
		}
	}
}

// checkPeople checks that the branch has one file for each commit of a person.
func (f *fixture) checkPeople(people []*writer) {
	f.t.Helper()
	for i, person := range people {
		files := f.gitops.Git(f.t, "ls-tree", "-r", "--name-only", "main", fmt.Sprintf("docs/person-%d/", i))
		if got, want := len(strings.Fields(files)), len(person.commits); got != want {
			f.t.Errorf("got %d files of person %d, want %d", got, i, want)
		}
	}
}
