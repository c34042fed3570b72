package pipeline

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/gitops"
)

// named returns names that are the preview's own but for the namespace.
func named(number int64, namespace string) generator.Names {
	id := fmt.Sprintf("pr-%d", number)
	return generator.Names{ID: id, Application: id, Namespace: namespace, Host: id, DBSchema: id}
}

// have returns a candidate for a pull request. It has the namespace has, and is to
// get the namespace gets; "" for none.
func have(number int64, f status, has, gets string) *candidate {
	c := &candidate{status: f, Preview: generator.Preview{Change: generator.Change{Kind: generator.PullRequest, Number: number}, Names: named(number, gets)}}
	if has != "" {
		there := c.Preview
		there.Names = named(number, has)
		c.there = &there
	}
	return c
}

// rejectedFor returns c with a reason to go.
func rejectedFor(r generator.Reason, c *candidate) *candidate {
	c.why = generator.Verdict{Reason: r}
	return c
}

// said returns what is decided of each: its namespace if it has a preview, with a
// "!" if it is held, or "-" and the reason.
func said(all []*candidate) (words []string) {
	for _, c := range all {
		switch c.status {
		case keep:
			words = append(words, c.Namespace)
		case hold:
			words = append(words, "!"+c.Namespace)
		default:
			words = append(words, "-"+string(c.why.Reason))
		}
	}
	return words
}

func TestSettledNames(t *testing.T) {
	leaves := func(number int64, has string) *candidate {
		return rejectedFor(generator.ReasonLabel, have(number, gone, has, ""))
	}
	for _, test := range []struct {
		name string
		all  []*candidate
		want string // after a guard that lets all pass
		held string // after a guard that holds all; "" for the same
	}{
		{"of two new ones the first has it", []*candidate{have(2, keep, "", "a"), have(1, keep, "", "a")}, "-name a", ""},
		{"what is there has it, whatever comes first", []*candidate{have(1, keep, "", "a"), have(2, keep, "a", "a")}, "-name a", ""},
		{"what is held has it", []*candidate{have(1, keep, "", "a"), have(2, hold, "a", "a")}, "-name !a", ""},
		{"previews change their names at once", []*candidate{have(1, keep, "a", "b"), have(2, keep, "b", "a")}, "b a", ""},
		{"what is there never loses its own", []*candidate{have(1, keep, "a", "b"), have(2, hold, "b", "b")}, "!a !b", ""},
		{
			"one that keeps its names keeps others from them",
			[]*candidate{have(1, keep, "a", "b"), have(2, keep, "b", "c"), have(3, hold, "c", "c"), have(4, keep, "", "a")},
			"!a !b !c -name", "",
		},
		{"a new one gets what the guard lets go", []*candidate{have(1, keep, "", "a"), leaves(2, "a")}, "a -label", "-name !a"},
		{"what is there does not wait for the guard", []*candidate{have(1, keep, "b", "a"), leaves(2, "a")}, "!b -label", "!b !a"},
		{"of two new ones one gets it", []*candidate{have(1, keep, "", "a"), leaves(2, "a"), have(3, keep, "", "a")}, "a -label -name", "-name !a -name"},
		{"what waits for one that the guard holds does not keep others out", []*candidate{have(1, keep, "", "a"), leaves(2, "a"), have(3, keep, "", "c")}, "a -label c", "-name !a c"},
		{"what ended needs no names", []*candidate{have(1, keep, "b", "a"), rejectedFor(generator.ReasonMerged, have(2, gone, "a", ""))}, "a -merged", ""},
		{"what is dropped needs no names", []*candidate{have(1, keep, "", "a"), rejectedFor(generator.ReasonLabel, have(2, drop, "", "a"))}, "a -label", ""},
	} {
		for guard, want := range map[generator.Guard]string{{Removals: 9, Percent: 100, AllowAll: true}: test.want, {}: test.held} {
			if want == "" {
				want = test.want
			}
			t.Run(fmt.Sprintf("%s/%+v", test.name, guard), func(t *testing.T) {
				var all []*candidate
				for _, c := range test.all {
					own := *c
					all = append(all, &own)
				}
				s := &Set{Guard: guard, Log: slog.New(slog.DiscardHandler)}
				f := &facts{}
				f.before = make([]generator.Preview, len(all))
				for _, judge := range []stage{s.settleNames, s.guardRemovals} {
					if err := judge(f, all); err != nil {
						t.Fatal(err)
					}
				}
				if got := strings.Join(said(all), " "); got != want {
					t.Errorf("got %s, want %s", got, want)
				}
			})
		}
	}
}

// Previews that leave count for the guard, also where others have their names.
func TestTheGuardCountsSharedNames(t *testing.T) {
	all := []*candidate{have(1, keep, "a", "a")}
	for number, namespace := range map[int64]string{7: "b", 8: "a", 9: "a"} {
		all = append(all, rejectedFor(generator.ReasonDraft, have(number, gone, namespace, "")))
	}
	s := &Set{Guard: generator.Guard{Removals: 2, Percent: 100}, Log: slog.New(slog.DiscardHandler)}
	f := &facts{}
	f.before = make([]generator.Preview, len(all))
	for _, judge := range []stage{s.settleNames, s.guardRemovals} {
		if err := judge(f, all); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range all {
		if c.Number == 7 && c.status != hold || c.status == gone {
			t.Errorf("pull request %d: status %d, %+v", c.Number, c.status, c.why)
		}
	}
}

func TestACollisionIsExplained(t *testing.T) {
	all := []*candidate{have(1, keep, "a", "b"), have(2, hold, "b", "b"), have(3, keep, "", "b")}
	s := &Set{Log: slog.New(slog.DiscardHandler)}
	for _, judge := range []stage{s.settleNames, s.guardRemovals} {
		if err := judge(&facts{}, all); err != nil {
			t.Fatal(err)
		}
	}
	if got, want := all[0].Held, "it keeps its names: pull request 2 has its namespace b"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := all[2].why.Detail, "pull request 2 has its namespace b"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestEntriesYoungerThanTheListStay(t *testing.T) {
	listed := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	old, young := gitops.Fingerprint{1}, gitops.Fingerprint{2}
	for _, test := range []struct {
		name string
		at   time.Time // of what is known of the entries
		// before and now are the fingerprints of the entries pr-1-a, pr-1-b and pr-2.
		before, now [3]gitops.Fingerprint
		want        []string // ids that may be deleted
	}{
		{"the same entries", listed, [3]gitops.Fingerprint{old, old, old}, [3]gitops.Fingerprint{old, old, old}, []string{"pr-1-a", "pr-1-b", "pr-2"}},
		{"one was written since", listed, [3]gitops.Fingerprint{old, old, old}, [3]gitops.Fingerprint{old, old, young}, []string{"pr-1-a", "pr-1-b"}},
		{"one variant was written since", listed, [3]gitops.Fingerprint{old, old, old}, [3]gitops.Fingerprint{old, young, old}, []string{"pr-2"}},
		{"one is new", listed, [3]gitops.Fingerprint{old, old}, [3]gitops.Fingerprint{old, old, young}, []string{"pr-1-a", "pr-1-b"}},
		{"the list is older", listed.Add(1), [3]gitops.Fingerprint{old, old, old}, [3]gitops.Fingerprint{old, old, old}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := &facts{takenAt: listed, prior: &prior{at: test.at, entries: map[string]gitops.Fingerprint{}}}
			f.entries, f.byID = map[string]gitops.Entry{}, map[string]*generator.Preview{}
			var all []*candidate
			for i, id := range []string{"pr-1-a", "pr-1-b", "pr-2"} {
				c := have(int64(i/2+1), gone, id, "")
				c.ID = id
				f.prior.entries[id], f.entries[id], f.byID[id] = test.before[i], gitops.Entry{Fingerprint: test.now[i]}, &c.Preview
				all = append(all, c)
			}
			if err := (&Set{}).keepNewer(f, all); err != nil {
				t.Fatal(err)
			}
			var deletable []string
			for _, c := range all {
				if c.status == gone {
					deletable = append(deletable, c.ID)
				}
			}
			if !slices.Equal(deletable, test.want) {
				t.Errorf("%v may be deleted, want %v", deletable, test.want)
			}
		})
	}
}
