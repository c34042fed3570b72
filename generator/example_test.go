package generator_test

import (
	"fmt"
	"time"

	"github.com/previewset/previewset/generator"
)

// A set previews pull requests with a label, and drops those that are idle.
func ExampleSelection() {
	now := time.Date(2026, 3, 4, 0, 0, 0, 0, time.UTC)
	selection := generator.Selection{
		PullRequests: &generator.PullRequestRules{Labels: generator.LabelRule{All: []string{"preview"}}},
		Lifetime:     generator.Lifetime{Idle: 72 * time.Hour},
	}
	changes := []generator.Change{
		{Kind: generator.PullRequest, Number: 1, Labels: []string{"preview"}, UpdatedAt: now},
		{Kind: generator.PullRequest, Number: 2, Labels: []string{"preview"}, UpdatedAt: now.AddDate(0, 0, -7)},
		{Kind: generator.PullRequest, Number: 3, UpdatedAt: now},
		{Kind: generator.Branch, Branch: "main"},
	}
	kept, dropped := selection.Filter(changes)
	kept, expired := selection.Expire(kept, now)
	for _, c := range kept {
		fmt.Println("preview of", c.Key())
	}
	for _, d := range append(dropped, expired...) {
		fmt.Printf("no preview of %s: %s\n", d.Key(), d.Detail)
	}
	// Output:
	// preview of pull request 1
	// no preview of pull request 3: it has no label "preview": set the label
	// no preview of branch main: the set does not select branches: select.branches selects them
	// no preview of pull request 2: it was not updated for 72h0m0s (lifetime.idle)
}

// The guard holds a sync that would remove too many previews.
func ExampleGuard_Holds() {
	guard := generator.Guard{Removals: 10, Percent: 50}
	fmt.Printf("%q\n", guard.Holds(2, 20))
	fmt.Printf("%q\n", guard.Holds(12, 100))
	// Output:
	// ""
	// "one sync would remove 12 of 100 previews: to allow this, set guard.removals: 12"
}

func ExampleParseGlob() {
	glob, err := generator.ParseGlob("release/v*")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(glob.Match("release/v2"), glob.Match("release/v2/hotfix"))
	// Output: true false
}
