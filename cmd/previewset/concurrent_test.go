package main

import (
	"fmt"
	"strings"
	"sync"
	"testing"
)

// TestConcurrentSets is for the race detector: a service, and commands beside it, read six
// sets of one repository at the same time.
func TestConcurrentSets(t *testing.T) {
	t.Parallel()
	f, app := newFixture(t), shopRepository(t)
	var sets strings.Builder
	for i := range 6 {
		sets.WriteString(strings.Replace(gitSet(app.URL()), "name: shop", fmt.Sprintf("name: shop%d", i), 1))
	}
	f.configure(sets.String())
	s := f.serve("--prune")
	var commands sync.WaitGroup
	for _, args := range [][]string{{"plan"}, {"list"}, {"explain", "br-cart", "--set", "shop1"}} {
		commands.Go(func() {
			if status, _, stderr := f.run(args...); status != statusDone {
				t.Errorf("%s: got status %d\n%s", args[0], status, stderr)
			}
		})
	}
	for i := range 6 {
		s.awaitIDs(fmt.Sprintf("shop%d", i), "br-cart", "br-search")
	}
	commands.Wait()
	app.DeleteBranch(t, "cart")
	for i := range 6 {
		s.awaitIDs(fmt.Sprintf("shop%d", i), "br-search")
	}
}
