package generator_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/previewset/previewset/generator"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func globs(t *testing.T, patterns ...string) (list []generator.Glob) {
	t.Helper()
	for _, p := range patterns {
		g, err := generator.ParseGlob(p)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, g)
	}
	return list
}

func pull(number int64, change ...func(*generator.Change)) generator.Change {
	c := generator.Change{
		Kind: generator.PullRequest, Number: number, Branch: fmt.Sprintf("topic-%d", number), TargetBranch: "main",
		HeadSHA: "1234567890123456789012345678901234567890", CreatedAt: noon, UpdatedAt: noon,
	}
	for _, f := range change {
		f(&c)
	}
	return c
}

func branch(name string) generator.Change {
	return generator.Change{Kind: generator.Branch, Branch: name, TargetBranch: name}
}

func labelled(labels ...string) func(*generator.Change) {
	return func(c *generator.Change) { c.Labels = labels }
}

func TestFilterReturnsReason(t *testing.T) {
	rules := generator.Selection{
		PullRequests: &generator.PullRequestRules{
			Labels:         generator.LabelRule{All: []string{"preview"}, Any: []string{"web", "api"}, None: []string{"wip"}},
			TargetBranches: globs(t, "main", "release/*"),
			ForkLabel:      "ok-to-preview",
		},
		Branches: &generator.BranchRules{Include: globs(t, "feature/*"), Exclude: globs(t, "feature/tmp-*")},
	}
	good := labelled("preview", "web")
	tests := []struct {
		name   string
		change generator.Change
		want   generator.Reason
	}{
		{"selected", pull(1, good), ""},
		{"lacks a label of All", pull(1, labelled("web")), generator.ReasonLabel},
		{"lacks every label of Any", pull(1, labelled("preview")), generator.ReasonLabel},
		{"has a label of None", pull(1, labelled("preview", "web", "wip")), generator.ReasonLabel},
		{"labels are compared exactly", pull(1, labelled("Preview", "web")), generator.ReasonLabel},
		{"other target branch", pull(1, good, func(c *generator.Change) { c.TargetBranch = "dev" }), generator.ReasonTargetBranch},
		{"target branch matches a glob", pull(1, good, func(c *generator.Change) { c.TargetBranch = "release/1" }), ""},
		{"draft", pull(1, good, func(c *generator.Change) { c.Draft = true }), generator.ReasonDraft},
		{"fork", pull(1, good, func(c *generator.Change) { c.Fork = true }), generator.ReasonFork},
		{"fork with label", pull(1, labelled("preview", "web", "ok-to-preview"), func(c *generator.Change) { c.Fork = true }), ""},
		{"branch", branch("feature/a"), ""},
		{"branch excluded", branch("feature/tmp-a"), generator.ReasonBranch},
		{"branch not included", branch("main"), generator.ReasonBranch},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			kept, dropped := rules.Filter([]generator.Change{test.change})
			if test.want == "" {
				if len(kept) != 1 || len(dropped) != 0 {
					t.Fatalf("got dropped %+v, want kept", dropped)
				}
				return
			}
			if len(dropped) != 1 || dropped[0].Reason != test.want || dropped[0].Detail == "" {
				t.Fatalf("got %+v, want reason %s with a detail", dropped, test.want)
			}
		})
	}
}

func TestFilterDefaults(t *testing.T) {
	onlyBranches := generator.Selection{Branches: &generator.BranchRules{}}
	if _, dropped := onlyBranches.Filter([]generator.Change{pull(1)}); len(dropped) != 1 || dropped[0].Reason != generator.ReasonKind {
		t.Errorf("pull request in a set of branches: got dropped %+v, want reason %s", dropped, generator.ReasonKind)
	}
	if kept, _ := onlyBranches.Filter([]generator.Change{branch("main"), branch("a/b/c")}); len(kept) != 2 {
		t.Errorf("branches without include patterns: got %v, want both", kept)
	}
	plain := generator.Selection{PullRequests: &generator.PullRequestRules{}}
	fork := pull(2, labelled("deny", ""), func(c *generator.Change) { c.Fork = true })
	if kept, _ := plain.Filter([]generator.Change{pull(1), fork}); len(kept) != 1 {
		t.Errorf("pull request from a fork by default: got %v, want only pull request 1", kept)
	}
}

func TestLifetime(t *testing.T) {
	s := generator.Selection{Lifetime: generator.Lifetime{Idle: 72 * time.Hour, Max: 336 * time.Hour, KeepLabel: "keep"}}
	aged := func(created, updated time.Duration, labels ...string) generator.Change {
		return pull(1, labelled(labels...), func(c *generator.Change) {
			c.CreatedAt, c.UpdatedAt = noon.Add(-created), noon.Add(-updated)
		})
	}
	tests := []struct {
		name    string
		change  generator.Change
		want    generator.Reason
		expires time.Time
	}{
		{"recent", aged(time.Hour, time.Hour), "", noon.Add(71 * time.Hour)},
		{"one second left", aged(72*time.Hour-time.Second, 72*time.Hour-time.Second), "", noon.Add(time.Second)},
		{"idle for exactly the limit", aged(100*time.Hour, 72*time.Hour), generator.ReasonIdle, noon},
		{"too old but recently updated", aged(336*time.Hour, time.Minute), generator.ReasonExpired, noon},
		{"maximum age ends before idle time", aged(335*time.Hour, 0), "", noon.Add(time.Hour)},
		{"keep label", aged(1000*time.Hour, 1000*time.Hour, "keep"), "", time.Time{}},
		{"no dates", branch("b"), "", time.Time{}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := s.Lifetime.ExpiresAt(test.change); !got.Equal(test.expires) {
				t.Errorf("ExpiresAt = %v, want %v", got, test.expires)
			}
			_, dropped := s.Expire([]generator.Change{test.change}, noon)
			var got generator.Reason
			if len(dropped) > 0 {
				got = dropped[0].Reason
			}
			if got != test.want {
				t.Errorf("got reason %q, want %q", got, test.want)
			}
		})
	}
}

func TestCapKeepsNewestAndLabelled(t *testing.T) {
	createdAt := func(hours int) func(*generator.Change) {
		return func(c *generator.Change) { c.CreatedAt = noon.Add(time.Duration(hours) * time.Hour) }
	}
	// A push to an old change must not displace a newer change.
	updated := func(c *generator.Change) { c.UpdatedAt = noon.Add(1000 * time.Hour) }
	changes := []generator.Change{
		pull(1, createdAt(1), labelled("keep")), pull(2, createdAt(2), updated), pull(3, createdAt(3)), pull(4, createdAt(4)), pull(5, createdAt(4)),
	}
	s := generator.Selection{Limit: 3, Lifetime: generator.Lifetime{KeepLabel: "keep"}}
	kept, dropped := s.Cap(changes, 1)
	if got := numbers(kept); !slices.Equal(got, []int64{1, 4, 5}) {
		t.Errorf("got kept %v, want 1, 4 and 5", got)
	}
	if len(dropped) != 2 || dropped[0].Reason != generator.ReasonLimit {
		t.Errorf("got dropped %+v, want two with reason %s", dropped, generator.ReasonLimit)
	}
	if kept, dropped := s.Cap(changes, 2); len(kept) != 1 || kept[0].Number != 1 || len(dropped) != 4 {
		t.Errorf("two variants: got kept %v, want only 1", numbers(kept))
	}
	if kept, dropped := s.Cap(changes, 4); len(kept) != 0 || len(dropped) != 5 {
		t.Errorf("four variants: got kept %v, want none", numbers(kept))
	}
	if kept, _ := (generator.Selection{}).Cap(changes, 1); len(kept) != len(changes) {
		t.Errorf("no limit: got %d kept, want %d", len(kept), len(changes))
	}
}

func numbers(changes []generator.Change) (list []int64) {
	for _, c := range changes {
		list = append(list, c.Number)
	}
	slices.Sort(list)
	return list
}

func TestGuardHolds(t *testing.T) {
	limited := generator.Guard{Removals: 10, Percent: 50}
	tests := []struct {
		guard           generator.Guard
		removals, total int
		holds           bool
	}{
		{limited, 0, 0, false},
		{limited, 0, 5, false},
		{limited, 1, 2, false},
		{limited, 2, 3, true},
		{limited, 1, 1, true},
		{limited, 10, 100, false},
		{limited, 11, 100, true},
		{generator.Guard{Removals: 1000, Percent: 100}, 99, 100, false},
		{generator.Guard{Removals: 1000, Percent: 100}, 100, 100, true},
		{generator.Guard{Removals: 1000, Percent: 100, AllowAll: true}, 100, 100, false},
		{generator.Guard{Removals: 99, Percent: 100, AllowAll: true}, 100, 100, true},
		{generator.Guard{}, 1, 100, true},
	}
	for _, test := range tests {
		reason := test.guard.Holds(test.removals, test.total)
		if (reason != "") != test.holds {
			t.Errorf("%+v.Holds(%d, %d) = %q, want held: %v", test.guard, test.removals, test.total, reason, test.holds)
		}
	}
}

func TestSortPreviewsByNumber(t *testing.T) {
	var previews []generator.Preview
	for _, c := range []generator.Change{pull(100), pull(9), branch("b"), pull(10)} {
		previews = append(previews, generator.Preview{Change: c, Names: generator.Names{ID: fmt.Sprint(c.Number)}})
	}
	generator.SortPreviews(previews)
	var got []string
	for _, p := range previews {
		got = append(got, p.ID)
	}
	if want := []string{"0", "9", "10", "100"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
