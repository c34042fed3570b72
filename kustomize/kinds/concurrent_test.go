package kinds_test

import (
	"sync"
	"testing"

	"github.com/previewset/previewset/kustomize/kinds"
)

// TestConcurrentLookups is for the race detector: all sets share the table.
func TestConcurrentLookups(t *testing.T) {
	t.Parallel()
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for _, g := range kinds.Groups() {
				for _, kind := range g.Namespaced {
					if kinds.ScopeOf(g.Name, kind) == kinds.Unknown {
						t.Errorf("%s %s has no scope", g.Name, kind)
					}
				}
			}
		})
	}
	group.Wait()
}
