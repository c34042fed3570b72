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

// namesWith returns names that are unique to a pull request, except for the namespace.
func namesWith(number int64, namespace string) generator.Names {
	id := fmt.Sprintf("pr-%d", number)
	return generator.Names{ID: id, Application: id, Namespace: namespace, Host: id, DBSchema: id}
}

// newCandidate returns a candidate for a pull request with the namespace present that
// gets the namespace wanted. "" means none.
func newCandidate(number int64, state status, present, wanted string) *candidate {
	c := &candidate{status: state, Preview: generator.Preview{Change: generator.Change{Kind: generator.PullRequest, Number: number}, Names: namesWith(number, wanted)}}
	if present != "" {
		existing := c.Preview
		existing.Names = namesWith(number, present)
		c.existing = &existing
	}
	return c
}

// rejectedFor sets the reason of c's rejection, and returns c.
func rejectedFor(r generator.Reason, c *candidate) *candidate {
	c.why = generator.Verdict{Reason: r}
	return c
}

// decisions returns the decision on each candidate: its namespace if it has a preview,
// with the prefix "!" if it is held, otherwise "-" and the reason.
func decisions(all []*candidate) (words []string) {
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

func TestNamesStayUnique(t *testing.T) {
	leaves := func(number int64, present string) *candidate {
		return rejectedFor(generator.ReasonLabel, newCandidate(number, gone, present, ""))
	}
	held := func(number int64, present string, replaced bool) *candidate {
		c := rejectedFor(generator.ReasonLabel, newCandidate(number, hold, present, present))
		c.replaced = replaced
		return c
	}
	for _, test := range []struct {
		name string
		all  []*candidate
		want string // after a guard that allows all removals
		held string // after a guard that holds all removals; "" for the same
	}{
		{"the first of two new previews gets the name", []*candidate{newCandidate(2, keep, "", "a"), newCandidate(1, keep, "", "a")}, "-name a", ""},
		{"an existing preview keeps its name against a new one", []*candidate{newCandidate(1, keep, "", "a"), newCandidate(2, keep, "a", "a")}, "-name a", ""},
		{"a held preview keeps its name against a new one", []*candidate{newCandidate(1, keep, "", "a"), newCandidate(2, hold, "a", "a")}, "-name !a", ""},
		{"previews swap their names", []*candidate{newCandidate(1, keep, "a", "b"), newCandidate(2, keep, "b", "a")}, "b a", ""},
		{"a preview is not renamed to the name of a held one", []*candidate{newCandidate(1, keep, "a", "b"), newCandidate(2, hold, "b", "b")}, "!a !b", ""},
		{
			"a preview that keeps its name blocks others",
			[]*candidate{newCandidate(1, keep, "a", "b"), newCandidate(2, keep, "b", "c"), newCandidate(3, hold, "c", "c"), newCandidate(4, keep, "", "a")},
			"!a !b !c -name", "",
		},
		{"a new preview gets a name that the guard releases", []*candidate{newCandidate(1, keep, "", "a"), leaves(2, "a")}, "a -label", "-name !a"},
		{"an existing preview does not wait for the guard", []*candidate{newCandidate(1, keep, "b", "a"), leaves(2, "a")}, "!b -label", "!b !a"},
		{"one of two new previews gets a released name", []*candidate{newCandidate(1, keep, "", "a"), leaves(2, "a"), newCandidate(3, keep, "", "a")}, "a -label -name", "-name !a -name"},
		{"a blocked preview does not block others", []*candidate{newCandidate(1, keep, "", "a"), leaves(2, "a"), newCandidate(3, keep, "", "c")}, "a -label c", "-name !a c"},
		{"an ended preview needs no name", []*candidate{newCandidate(1, keep, "b", "a"), rejectedFor(generator.ReasonMerged, newCandidate(2, gone, "a", ""))}, "a -merged", ""},
		{"a preview that the guard holds comes after one that nothing rejects", []*candidate{held(1, "a", false), newCandidate(2, hold, "a", "a")}, "-name !a", ""},
		{"a preview that the guard holds keeps its name against a new one", []*candidate{newCandidate(1, keep, "", "a"), held(2, "a", false)}, "-name !a", ""},
		{"a replaced preview that the guard holds yields to a new one", []*candidate{held(1, "a", true), newCandidate(2, keep, "", "a")}, "-name a", ""},
		{"a dropped preview needs no name", []*candidate{newCandidate(1, keep, "", "a"), rejectedFor(generator.ReasonLabel, newCandidate(2, drop, "", "a"))}, "a -label", ""},
	} {
		for guard, want := range map[generator.Guard]string{{Removals: 9, Percent: 100, AllowAll: true}: test.want, {}: test.held} {
			if want == "" {
				want = test.want
			}
			t.Run(fmt.Sprintf("%s/%+v", test.name, guard), func(t *testing.T) {
				var all []*candidate
				for _, c := range test.all {
					clone := *c
					all = append(all, &clone)
				}
				s := &Set{Guard: guard, Log: slog.New(slog.DiscardHandler)}
				f := &facts{}
				f.before = make([]generator.Preview, len(all))
				for _, judge := range []stage{s.settleNames, s.guardRemovals} {
					if err := judge(f, all); err != nil {
						t.Fatal(err)
					}
				}
				if got := strings.Join(decisions(all), " "); got != want {
					t.Errorf("got %s, want %s", got, want)
				}
			})
		}
	}
}

// The guard counts previews that leave, even if others have their names.
func TestGuardCountsPreviewsWithSharedNames(t *testing.T) {
	all := []*candidate{newCandidate(1, keep, "a", "a")}
	for number, namespace := range map[int64]string{7: "b", 8: "a", 9: "a"} {
		all = append(all, rejectedFor(generator.ReasonDraft, newCandidate(number, gone, namespace, "")))
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
			t.Errorf("pull request %d was not held: status %d, %+v", c.Number, c.status, c.why)
		}
	}
}

func TestCollisionIsExplained(t *testing.T) {
	all := []*candidate{newCandidate(1, keep, "a", "b"), newCandidate(2, hold, "b", "b"), newCandidate(3, keep, "", "b")}
	s := &Set{Log: slog.New(slog.DiscardHandler)}
	for _, judge := range []stage{s.settleNames, s.guardRemovals} {
		if err := judge(&facts{}, all); err != nil {
			t.Fatal(err)
		}
	}
	if got, want := all[0].Held.Detail, "it keeps its names: pull request 2 has its namespace b"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := all[2].why.Detail, "pull request 2 has its namespace b"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestEntriesNewerThanTheListStay(t *testing.T) {
	listed := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	older, newer := gitops.Fingerprint{1}, gitops.Fingerprint{2}
	for _, test := range []struct {
		name string
		at   time.Time // when the prior entries were read
		// before and now are the fingerprints of the entries pr-1-a, pr-1-b and pr-2.
		before, now [3]gitops.Fingerprint
		want        []string // ids that may be deleted
	}{
		{"the same entries", listed, [3]gitops.Fingerprint{older, older, older}, [3]gitops.Fingerprint{older, older, older}, []string{"pr-1-a", "pr-1-b", "pr-2"}},
		{"one was written later", listed, [3]gitops.Fingerprint{older, older, older}, [3]gitops.Fingerprint{older, older, newer}, []string{"pr-1-a", "pr-1-b"}},
		{"one variant was written later", listed, [3]gitops.Fingerprint{older, older, older}, [3]gitops.Fingerprint{older, newer, older}, []string{"pr-2"}},
		{"one is new", listed, [3]gitops.Fingerprint{older, older}, [3]gitops.Fingerprint{older, older, newer}, []string{"pr-1-a", "pr-1-b"}},
		{"the list is older", listed.Add(1), [3]gitops.Fingerprint{older, older, older}, [3]gitops.Fingerprint{older, older, older}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := &facts{takenAt: listed, prior: &prior{readAt: test.at, entries: map[string]gitops.Fingerprint{}}}
			f.entries, f.byID = map[string]gitops.Entry{}, map[string]*generator.Preview{}
			var all []*candidate
			for i, id := range []string{"pr-1-a", "pr-1-b", "pr-2"} {
				c := newCandidate(int64(i/2+1), gone, id, "")
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
				t.Errorf("got deletable entries %v, want %v", deletable, test.want)
			}
		})
	}
}
