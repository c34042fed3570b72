package database_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/database"
)

// dropping returns o after a drop that left a part of it, the time ago.
func dropping(o database.Object, ago time.Duration) database.Object {
	o.Mark.DroppingAt = now().Add(-ago)
	return o
}

// A drop was decided once. The sweep continues it, whatever the entry is.
func TestSweepContinuesDrops(t *testing.T) {
	t.Parallel()
	for name, state := range map[string]database.EntryState{
		"present": database.EntryPresent, "pruned": database.EntryPruned, "missing": database.EntryMissing,
		"unknown": database.EntryUnknown, "unreadable": broken,
	} {
		for _, dry := range []bool{false, true} {
			t.Run(fmt.Sprint(name, " dry=", dry), func(t *testing.T) {
				t.Parallel()
				s := newServer(dropping(object("pr-1", 0), time.Hour), object("pr-2", 0))
				findings, err := sweep(s, statuses{"pr-1": state, "pr-2": database.EntryPresent}, func(w *database.Sweep) { w.DryRun = dry }).Run(t.Context())
				if err != nil || !slices.Equal(actions(findings), []string{"pr-1 drop", "pr-2 keep"}) || findings[0].Why != "a drop left a part at 2026-03-04T04:06:07Z" {
					t.Errorf("got %+v, %v", findings, err)
				}
				if dropped := len(s.dropped) == 1; dropped == dry {
					t.Errorf("got %q dropped in a dry run: %t", s.dropped, dry)
				}
			})
		}
	}
}

func TestSweepContinuesDropsWithoutEntries(t *testing.T) {
	t.Parallel()
	cart := dropping(object("pr-3", 0), time.Hour)
	cart.Name, cart.Mark.Set = "cart_pr_3", "cart"
	for name, test := range map[string]struct {
		only bool
		want []string
	}{
		"all sets":      {false, []string{"pr-3 drop", "pr-1 drop", "pr-2 doubt"}},
		"selected sets": {true, []string{"pr-1 drop", "pr-2 doubt"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(dropping(object("pr-1", 0), time.Hour), object("pr-2", 48*time.Hour), cart)
			w := sweep(s, nil)
			w.OnlySets = test.only
			w.Sets["shop"] = database.SweepSet{Read: func(context.Context) (database.Entries, error) { return nil, errGit }}
			findings, err := w.Run(t.Context())
			if !errors.Is(err, errGit) || !slices.Equal(actions(findings), test.want) || len(s.dropped) != len(test.want)-1 {
				t.Errorf("got %+v, dropped %q, %v", findings, s.dropped, err)
			}
		})
	}
}

// Create runs between the list of the sweep and its drop.
func TestSweepKeepsDatabaseThatIsCreatedAgain(t *testing.T) {
	t.Parallel()
	s := newServer(dropping(object("pr-1", 0), time.Hour))
	s.onList = func() { s.objects["shop_pr_1"] = mark("pr-1") }
	findings, err := sweep(s, nil).Run(t.Context())
	if err != nil || !slices.Equal(actions(findings), []string{"pr-1 doubt"}) || len(s.dropped) != 0 {
		t.Errorf("got %+v, dropped %q, %v", findings, s.dropped, err)
	}
}

// The guard counts only the objects that it decides about. If pr-1 counted as missing,
// two of three would be missing. If pr-1 counted as a preview in the second case, not all
// would be missing.
func TestGuardIgnoresDropsThatHaveBegun(t *testing.T) {
	t.Parallel()
	guard := generator.Guard{Removals: 10, Percent: 50}
	for name, test := range map[string]struct {
		objects []database.Object
		guard   generator.Guard
		want    []string
	}{
		"not as missing":  {[]database.Object{object("pr-2", 48*time.Hour), object("pr-3", 0)}, guard, []string{"pr-1 drop", "pr-2 drop", "pr-3 keep"}},
		"not as previews": {[]database.Object{object("pr-2", 48*time.Hour)}, generator.Guard{Removals: 10, Percent: 100}, []string{"pr-1 drop", "pr-2 hold"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(append(test.objects, dropping(object("pr-1", 0), time.Hour))...)
			w := sweep(s, statuses{"pr-1": database.EntryMissing, "pr-2": database.EntryMissing, "pr-3": database.EntryPresent})
			set := w.Sets["shop"]
			set.Guard = test.guard
			w.Sets["shop"] = set
			findings, err := w.Run(t.Context())
			if err != nil || !slices.Equal(actions(findings), test.want) {
				t.Errorf("got %q, %v, want %q", actions(findings), err, test.want)
			}
		})
	}
}

// stuckServer has objects that are orphaned since yesterday; those below n are stuck.
// Their names are sorted by number.
func stuckServer(n, objects int, kind stuck) *server {
	s := newServer()
	s.stuck = map[string]stuck{}
	for i := range objects {
		o := object(fmt.Sprintf("pr-%03d", i), 0)
		o.Mark.OrphanedAt = time.Now().Add(-25 * time.Hour)
		s.objects[o.Name] = o.Mark
		if i < n {
			s.stuck[o.Name] = kind
		}
	}
	return s
}

// allPruned are the entries of a set without previews.
type allPruned struct{}

func (allPruned) Status(context.Context, database.Mark) (database.EntryStatus, error) {
	return database.EntryStatus{State: database.EntryPruned, Detail: "its entry was pruned (merged)"}, nil
}

// timedSweep sweeps s at the current time, for at most timeout.
func timedSweep(s *server, timeout time.Duration) (findings []database.Finding, took time.Duration, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	begun := time.Now()
	findings, err = sweep(s, nil, func(w *database.Sweep) {
		w.Now = time.Now
		w.Sets["shop"] = database.SweepSet{Read: func(context.Context) (database.Entries, error) { return allPruned{}, nil }}
	}).Run(ctx)
	return findings, time.Since(begun), err
}

func TestSweepBoundsTheTimeOfEachDrop(t *testing.T) {
	t.Parallel()
	const patience, write = database.DropPatience, 10 * time.Second
	for name, test := range map[string]struct {
		kind stuck
		took time.Duration
		why  string
	}{
		"sessions do not end":      {marked, 3 * patience, "its entry was pruned (merged), since 1999-12-30T23:00:00Z: not completely dropped: session 4711 of shop_pr_002 does not end"},
		"marks can't be written":   {unmarked, 3 * patience, "its entry was pruned (merged), since 1999-12-30T23:00:00Z: not completely dropped: session 4711 of shop_pr_002 does not end"},
		"the server hangs":         {hanging, 3 * (patience + write), "its entry was pruned (merged), since 1999-12-30T23:00:00Z: the server did not end the drop: context deadline exceeded"},
		"nothing delays any drops": {0, 0, "its entry was pruned (merged)"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := stuckServer(3, 5, test.kind)
				findings, took, err := timedSweep(s, 10*time.Minute)
				if want := 5 - len(s.objects); len(s.dropped) != want || took != test.took || findings[2].Why != test.why {
					t.Errorf("got %d dropped in %s, %s, want %d in %s, %s", len(s.dropped), took, findings[2].Why, want, test.took, test.why)
				}
				if left := test.kind != 0; errors.Is(err, database.ErrDropping) != left || left && !strings.Contains(err.Error(), "3 of 5 databases") {
					t.Errorf("got the error %v", err)
				}
			})
		})
	}
}

func TestSweepReportsWhatItHadNoTimeFor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := stuckServer(20, 20, marked)
		findings, took, err := timedSweep(s, 10*time.Minute)
		tried, notTried := 0, 0
		for _, f := range findings {
			switch {
			case f.Action == database.Dropping && strings.HasSuffix(f.Why, "does not end"):
				tried++
			case f.Action == database.Dropping && strings.HasSuffix(f.Why, ": not tried, because the time of the sweep (--timeout) was over"):
				notTried++
			}
		}
		if tried != 9 || notTried != 11 || len(s.tried) != tried || took >= 10*time.Minute || !errors.Is(err, database.ErrDropping) || errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %d tried and %d not tried in %s, %v", tried, notTried, took, err)
		}
	})
}

// Also a short sweep tries several objects, and ends in time.
func TestShortSweeps(t *testing.T) {
	t.Parallel()
	for _, timeout := range []time.Duration{time.Second, 5 * time.Second, 20 * time.Second, time.Minute, 3 * time.Minute} {
		t.Run(timeout.String(), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := stuckServer(8, 8, marked)
				_, took, err := timedSweep(s, timeout)
				if len(s.tried) < 2 || took >= timeout || errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("got %d tried in %s, %v", len(s.tried), took, err)
				}
			})
		})
	}
}

func TestPatienceLeavesTimeToWriteTheMark(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for timeout, want := range map[time.Duration]time.Duration{
			10 * time.Minute: time.Minute, 70 * time.Second: time.Minute, time.Minute: 50 * time.Second, 20 * time.Second: 10 * time.Second, 4 * time.Second: 2 * time.Second,
		} {
			ctx, cancel := context.WithTimeout(t.Context(), timeout)
			checkEqual(t, timeout.String(), database.Patience(ctx), want)
			cancel()
		}
		checkEqual(t, "no deadline", database.Patience(t.Context()), time.Minute)
	})
}

// A sweep first tries the objects that no sweep has tried, then those whose last attempt
// is the oldest. The clock chooses one that precedes these.
func TestSweepTriesTheLongestWaitFirst(t *testing.T) {
	t.Parallel()
	s := newServer(dropping(object("pr-1", 0), time.Hour), dropping(object("pr-2", 0), 3*time.Hour), dropping(object("pr-3", 0), 2*time.Hour), object("pr-4", 48*time.Hour))
	for micros, want := range map[int64][]string{
		0: {"pr_1", "pr_4", "pr_2", "pr_3"}, 1: {"pr_2", "pr_4", "pr_3", "pr_1"}, 2: {"pr_3", "pr_4", "pr_2", "pr_1"}, 3: {"pr_4", "pr_2", "pr_3", "pr_1"},
	} {
		s := newServer(objectsOf(s)...)
		w := sweep(s, statuses{"pr-4": database.EntryPruned})
		w.Now = func() time.Time { return now().Truncate(time.Second).Add(time.Duration(micros) * time.Microsecond) }
		if _, err := w.Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		for i, name := range s.dropped {
			if name != "shop_"+want[i] {
				t.Errorf("%d µs: got %q, want %q", micros, s.dropped, want)
				break
			}
		}
	}
}

func objectsOf(s *server) []database.Object {
	objects, _ := s.List(context.Background())
	return objects
}

// Reading Git and writing marks leave half of the time for the drops.
func TestSlowEntriesLeaveTimeForDrops(t *testing.T) {
	t.Parallel()
	for name, slow := range map[string]func(*server, *database.Sweep){
		"Git hangs": func(_ *server, w *database.Sweep) {
			w.Sets["shop"] = database.SweepSet{Read: func(ctx context.Context) (database.Entries, error) {
				<-ctx.Done()
				return nil, ctx.Err()
			}}
		},
		"all marks hang": func(s *server, _ *database.Sweep) {
			for name := range s.objects {
				s.hang["Note "+name] = true
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s, all := newServer(dropping(object("cart", 0), time.Hour)), statuses{}
				s.hang = map[string]bool{}
				for i := range 100 {
					o := object(fmt.Sprintf("pr-%d", i), 0)
					s.objects[o.Name], all[o.Mark.ID] = o.Mark, database.EntryPruned
				}
				w := sweep(s, all)
				slow(s, &w)
				ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
				defer cancel()
				begun := time.Now()
				_, err := w.Run(ctx)
				if took := time.Since(begun); took != 5*time.Minute || !slices.Equal(s.dropped, []string{"shop_cart"}) {
					t.Errorf("got %q dropped after %s", s.dropped, took)
				}
				if err == nil || strings.Count(err.Error(), "\n") > 35 || !strings.Contains(err.Error(), "some entries are not read, or marks not written") {
					t.Errorf("got the error %v", err)
				}
			})
		})
	}
}

// A mark that can't be written does not delay the other marks of the sweep for long.
func TestHangingMarkIsBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newServer(object("pr-1", 0), object("pr-2", 0))
		s.hang = map[string]bool{"Note shop_pr_1": true}
		begun := time.Now()
		findings, err := sweep(s, statuses{"pr-1": database.EntryPruned, "pr-2": database.EntryPruned}).Run(t.Context())
		if !errors.Is(err, context.DeadlineExceeded) || !slices.Equal(actions(findings), []string{"pr-1 doubt", "pr-2 note"}) || time.Since(begun) != 10*time.Second {
			t.Errorf("got %+v after %s, %v", findings, time.Since(begun), err)
		}
	})
}

// walk is a server with more stuck objects than one sweep has time for.
type walk struct {
	kinds []stuck // of the objects
	// odds: an object that can be dropped is dropped in one of so many attempts.
	odds int
	// bound is the number of sweeps that drop each object that can be dropped.
	bound int
}

// TestEachObjectIsDroppedInTheEnd sweeps random servers every hour. Some objects can
// never be dropped.
func TestEachObjectIsDroppedInTheEnd(t *testing.T) {
	t.Parallel()
	// A sweep tries eight objects in the order of their last attempts.
	const objects, perSweep = 40, 8
	for name, walk := range map[string]walk{
		"marks are written": {[]stuck{marked}, 1, objects / perSweep},
		// An object with a mark that can't be written waits until the clock chooses it.
		"anything fails": {[]stuck{marked, unmarked, hanging}, 3, 3 * objects * objects / perSweep},
	} {
		for seed := range uint64(20) {
			t.Run(fmt.Sprint(name, " ", seed), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) { walk.run(t, objects, rand.New(rand.NewPCG(seed, 0))) })
			})
		}
	}
}

func (w walk) run(t *testing.T, objects int, random *rand.Rand) {
	s := stuckServer(0, objects, 0)
	all, never := objectsOf(s), 1+random.IntN(objects-1)
	random.Shuffle(objects, func(i, j int) { all[i], all[j] = all[j], all[i] })
	kinds := map[string]stuck{}
	for _, o := range all {
		kinds[o.Name] = w.kinds[random.IntN(len(w.kinds))]
	}
	for range w.bound {
		clear(s.stuck)
		for i, o := range all {
			if i < never || random.IntN(w.odds) > 0 {
				s.stuck[o.Name] = kinds[o.Name]
			}
		}
		if _, took, err := timedSweep(s, 10*time.Minute); took > 10*time.Minute || !errors.Is(err, database.ErrDropping) {
			t.Fatalf("got %v after %s", err, took)
		}
		if len(s.objects) == never {
			return
		}
		time.Sleep(time.Hour + time.Duration(random.IntN(1e6))*time.Microsecond)
	}
	t.Errorf("after %d sweeps, %d objects are left, want %d", w.bound, len(s.objects), never)
}
