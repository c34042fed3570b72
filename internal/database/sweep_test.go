package database_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/database"
)

var errGit = errors.New("git is unavailable")

// statuses are the states of the entries of a set, by id.
type statuses map[string]database.EntryState

// broken makes Status fail.
const broken database.EntryState = 99

func (f statuses) Status(_ context.Context, m database.Mark) (database.EntryStatus, error) {
	if f[m.ID] == broken {
		return database.EntryStatus{}, errGit
	}
	return database.EntryStatus{State: f[m.ID], Detail: "because"}, nil
}

// now is the time of the sweeps.
func now() time.Time { return time.Date(2026, 3, 4, 5, 6, 7, 89, time.UTC) }

func sweep(s *server, f statuses, change ...func(*database.Sweep)) database.Sweep {
	w := database.Sweep{
		Server: s, Grace: 24 * time.Hour, Now: now, Progress: func(string, ...any) {},
		Sets: map[string]database.SweepSet{"shop": {
			Guard: generator.Guard{Removals: 10, Percent: 50},
			Read:  func(context.Context) (database.Entries, error) { return f, nil },
		}},
	}
	for _, set := range change {
		set(&w)
	}
	return w
}

// object returns the object of the preview id, orphaned for the time ago; 0 means that
// it is not orphaned.
func object(id string, ago time.Duration) database.Object {
	o := database.Object{Name: "shop_" + strings.ReplaceAll(id, "-", "_"), Mark: mark(id)}
	if ago > 0 {
		o.Mark.OrphanedAt = now().Add(-ago)
	}
	return o
}

func actions(findings []database.Finding) (list []string) {
	for _, f := range findings {
		list = append(list, f.Mark.ID+" "+string(f.Action))
	}
	return list
}

func TestSweepActions(t *testing.T) {
	const day = 24 * time.Hour
	tests := []struct {
		name   string
		state  database.EntryState
		ago    time.Duration
		action database.Action
		exists bool
		noted  bool
	}{
		{"present", database.EntryPresent, 0, database.Keep, true, false},
		{"present again", database.EntryPresent, time.Hour, database.Return, true, false},
		{"present again after its grace", database.EntryPresent, 2 * day, database.Return, true, false},
		{"pruned, first sweep", database.EntryPruned, 0, database.Note, true, true},
		{"pruned, within its grace", database.EntryPruned, day - time.Second, database.Wait, true, true},
		{"pruned, after its grace", database.EntryPruned, day + time.Second, database.Drop, false, false},
		{"pruned, orphaned in the future", database.EntryPruned, -time.Hour, database.Note, true, true},
		{"missing, first sweep", database.EntryMissing, 0, database.Note, true, true},
		{"missing, after its grace", database.EntryMissing, day + time.Second, database.Drop, false, false},
		{"unknown, after its grace", database.EntryUnknown, 2 * day, database.Doubt, true, true},
		{"unknown, first sweep", database.EntryUnknown, 0, database.Doubt, true, false},
		{"invalid state", 7, 2 * day, database.Doubt, true, true},
	}
	for _, test := range tests {
		for _, dry := range []bool{false, true} {
			t.Run(fmt.Sprint(test.name, " dry=", dry), func(t *testing.T) {
				o := object("pr-1", test.ago)
				s := newServer(o, object("pr-2", 0), object("pr-3", 0))
				findings, err := sweep(s, statuses{"pr-1": test.state, "pr-2": database.EntryPresent, "pr-3": database.EntryPresent}, func(w *database.Sweep) { w.DryRun = dry }).Run(t.Context())
				if err != nil || len(findings) != 3 || findings[0].Action != test.action || !strings.Contains(findings[0].Why, "because") {
					t.Fatalf("got %+v, %v", findings, err)
				}
				after, exists := s.objects[o.Name]
				if dry {
					checkEqual(t, "after a dry run", after, o.Mark)
					return
				}
				checkEqual(t, "object exists", exists, test.exists)
				checkEqual(t, "object is orphaned", !after.OrphanedAt.IsZero(), test.noted)
				if test.action == database.Note && !after.OrphanedAt.Equal(now().Truncate(time.Second)) {
					t.Errorf("got OrphanedAt %s, want %s", after.OrphanedAt, now().Truncate(time.Second))
				}
			})
		}
	}
}

func TestSweepGuard(t *testing.T) {
	const old = 48 * time.Hour
	some := func(n int, ago time.Duration) (list []database.Object) {
		for i := range n {
			list = append(list, object(fmt.Sprintf("pr-%03d", i), ago))
		}
		return list
	}
	all := func(kind database.EntryState, n int) statuses {
		f := statuses{}
		for i := range n {
			f[fmt.Sprintf("pr-%03d", i)] = kind
		}
		return f
	}
	but := func(f statuses, id string, kind database.EntryState) statuses { f[id] = kind; return f }
	tests := []struct {
		name     string
		objects  []database.Object
		statuses statuses
		guard    generator.Guard
		dropped  int
		wantWhy  string // the reason to hold an object, "" for none
	}{
		{"one is missing", some(4, old), but(all(database.EntryPresent, 4), "pr-001", database.EntryMissing), generator.Guard{Removals: 10, Percent: 50}, 1, ""},
		{"all are missing", some(4, old), all(database.EntryMissing, 4), generator.Guard{Removals: 10, Percent: 100}, 0, "guard.allowAll"},
		{"all are missing, with allowAll", some(4, old), all(database.EntryMissing, 4), generator.Guard{Removals: 10, Percent: 100, AllowAll: true}, 4, ""},
		{"all were pruned", some(40, old), all(database.EntryPruned, 40), generator.Guard{Removals: 10, Percent: 50}, 40, ""},
		{"too many are missing", some(40, old), but(all(database.EntryMissing, 40), "pr-001", database.EntryPresent), generator.Guard{Removals: 10, Percent: 100}, 0, "guard.removals"},
		{"too large a percentage is missing", some(4, old), but(all(database.EntryMissing, 4), "pr-001", database.EntryPresent), generator.Guard{Removals: 10, Percent: 50}, 0, "guard.percent"},
		{"pruned objects are dropped while missing ones are held", some(4, old), but(all(database.EntryMissing, 4), "pr-001", database.EntryPruned), generator.Guard{Removals: 10, Percent: 50}, 1, "guard.percent"},
		{"objects within their grace count", append(some(3, time.Hour), object("pr-x", old)), but(all(database.EntryMissing, 3), "pr-x", database.EntryMissing), generator.Guard{Removals: 10, Percent: 50}, 0, "guard.allowAll"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := newServer(test.objects...)
			findings, err := sweep(s, test.statuses, func(w *database.Sweep) {
				set := w.Sets["shop"]
				set.Guard = test.guard
				w.Sets["shop"] = set
			}).Run(t.Context())
			if err != nil || len(s.dropped) != test.dropped {
				t.Fatalf("got dropped %q, %v, want %d", s.dropped, err, test.dropped)
			}
			held := slices.IndexFunc(findings, func(f database.Finding) bool { return f.Action == database.Hold })
			if (held >= 0) != (test.wantWhy != "") || held >= 0 && !strings.Contains(findings[held].Why, test.wantWhy) {
				t.Errorf("got %+v, want a held object because of %q", findings, test.wantWhy)
			}
		})
	}
}

func TestSweepLeavesOtherSets(t *testing.T) {
	other := object("pr-1", 48*time.Hour)
	other.Name, other.Mark.Set = "cart_pr_1", "cart"
	s := newServer(other, object("pr-1", 0))
	findings, err := sweep(s, statuses{"pr-1": database.EntryPresent}).Run(t.Context())
	if got := actions(findings); err != nil || !slices.Equal(got, []string{"pr-1 leave", "pr-1 keep"}) {
		t.Errorf("got %q, %v", got, err)
	}
	if len(s.dropped) != 0 {
		t.Errorf("got %q dropped, want none", s.dropped)
	}
}

func TestSweepContinuesAfterFailures(t *testing.T) {
	const old = 48 * time.Hour
	lost := object("pr-9", old)
	lost.Name, lost.Mark.Set = "cart_pr_9", "cart"
	s := newServer(lost, object("pr-1", old), object("pr-2", old), object("pr-3", old), object("pr-4", 0), object("pr-5", time.Hour))
	s.fail["Drop shop_pr_2"], s.fail["Note shop_pr_4"] = errors.New("in use"), errors.New("read only")
	w := sweep(s, statuses{"pr-1": broken, "pr-2": database.EntryPruned, "pr-3": database.EntryPruned, "pr-4": database.EntryPruned, "pr-5": database.EntryPresent})
	w.Sets["cart"] = database.SweepSet{Read: func(context.Context) (database.Entries, error) { return nil, errGit }}
	findings, err := w.Run(t.Context())
	want := []string{"pr-9 doubt", "pr-1 doubt", "pr-2 doubt", "pr-3 drop", "pr-4 doubt", "pr-5 return"}
	if got := actions(findings); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	for _, words := range []string{`set "cart": git is unavailable`, "shop_pr_1: git is unavailable", "shop_pr_2: in use", "shop_pr_4: read only"} {
		if err == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("the error lacks %q: %v", words, err)
		}
	}
	if !slices.Equal(s.dropped, []string{"shop_pr_3"}) {
		t.Errorf("got %q dropped, want shop_pr_3", s.dropped)
	}
	s.fail["List"] = errors.New("away")
	if _, err := w.Run(t.Context()); err == nil {
		t.Error("got no error from a failed list")
	}
}

// A pull request opens again after the sweep has listed the objects.
func TestSweepKeepsReopenedPreviews(t *testing.T) {
	s := newServer(object("pr-1", 48*time.Hour), object("pr-2", 0))
	s.onList = func() {
		o := object("pr-1", 0)
		s.objects[o.Name] = o.Mark
	}
	findings, err := sweep(s, statuses{"pr-1": database.EntryPruned, "pr-2": database.EntryPresent}).Run(t.Context())
	if got := actions(findings); err != nil || !slices.Equal(got, []string{"pr-1 doubt", "pr-2 keep"}) || len(s.dropped) != 0 {
		t.Errorf("got %q, dropped %q, %v", got, s.dropped, err)
	}
}

func TestSweepStopsWithItsContext(t *testing.T) {
	s := newServer(object("pr-1", 48*time.Hour), object("pr-2", 48*time.Hour))
	ctx, cancel := context.WithCancel(t.Context())
	w := sweep(s, statuses{"pr-1": database.EntryPruned, "pr-2": database.EntryPruned}, func(w *database.Sweep) {
		w.Progress = func(format string, _ ...any) {
			if strings.HasPrefix(format, "dropping") {
				cancel()
			}
		}
	})
	findings, err := w.Run(ctx)
	if !errors.Is(err, context.Canceled) || !errors.Is(err, database.ErrDropping) || !slices.Equal(actions(findings), []string{"pr-1 drop", "pr-2 dropping"}) || !slices.Equal(s.dropped, []string{"shop_pr_1"}) {
		t.Errorf("got %+v, dropped %q, %v", findings, s.dropped, err)
	}
}
