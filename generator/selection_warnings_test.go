package generator_test

import (
	"slices"
	"testing"
	"time"

	"github.com/previewset/previewset/generator"
)

func TestSelectionWarnings(t *testing.T) {
	t.Parallel()
	pulls, branches := &generator.PullRequestRules{}, &generator.BranchRules{}
	lifetime := func(l generator.Lifetime) generator.Selection {
		return generator.Selection{PullRequests: pulls, Branches: branches, Lifetime: l}
	}
	idle, oldest, keep := generator.Lifetime{Idle: time.Hour}, generator.Lifetime{Max: time.Hour}, generator.Lifetime{KeepLabel: "keep"}
	limit := generator.Selection{Branches: branches, Limit: 1}
	for name, c := range map[string]struct {
		selection generator.Selection
		undated   bool
		want      []string
	}{
		"no rules":                               {lifetime(generator.Lifetime{}), true, nil},
		"idle with dates":                        {lifetime(idle), false, nil},
		"idle without dates":                     {lifetime(idle), true, []string{"lifetime.idle"}},
		"idle without dates, pull requests only": {generator.Selection{PullRequests: pulls, Lifetime: idle}, true, nil},
		"max with dates":                         {lifetime(oldest), false, []string{"lifetime.max"}},
		"max without dates":                      {lifetime(oldest), true, []string{"lifetime.max"}},
		"max of pull requests":                   {generator.Selection{PullRequests: pulls, Lifetime: oldest}, false, nil},
		"idle as long as max":                    {generator.Selection{PullRequests: pulls, Lifetime: generator.Lifetime{Idle: 2, Max: 2}}, true, []string{"lifetime.idle"}},
		"idle longer than max":                   {lifetime(generator.Lifetime{Idle: 3, Max: 2}), false, []string{"lifetime.idle", "lifetime.max"}},
		"idle longer than max, branches only":    {generator.Selection{Branches: branches, Lifetime: generator.Lifetime{Idle: 3, Max: 2}}, false, []string{"lifetime.max"}},
		"idle shorter than max":                  {generator.Selection{PullRequests: pulls, Lifetime: generator.Lifetime{Idle: 1, Max: 2}}, false, nil},
		"keep label":                             {lifetime(keep), false, nil},
		"keep label for branches only":           {generator.Selection{Branches: branches, Lifetime: keep}, false, []string{"lifetime.keepLabel"}},
		"limit with dates":                       {limit, false, nil},
		"limit without dates":                    {limit, true, []string{"limits.previews"}},
		"limit of pull requests":                 {generator.Selection{PullRequests: pulls, Limit: 1}, true, nil},
	} {
		var got []string
		for _, w := range c.selection.Warnings(c.undated) {
			got = append(got, w.Subject)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
}
