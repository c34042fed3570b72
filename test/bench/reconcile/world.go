package reconcile

import (
	"fmt"
	"testing"

	"github.com/previewset/previewset/test/bench/forge"
	githubtest "github.com/previewset/previewset/test/fake/github"
)

// world is the repository, and the forge that tells of it.
type world struct {
	shop   *githubtest.Repo
	forge  *forge.Forge
	opened int // at first
}

func newWorld(t testing.TB, open int) *world {
	t.Helper()
	github := githubtest.New(t)
	w := &world{shop: github.Repo(Owner, Repo), forge: forge.New(t, github), opened: open}
	for n := range open {
		w.shop.OpenPull(githubtest.Pull{
			Title: fmt.Sprintf("Make checkout number %d faster", n), Head: fmt.Sprintf("feature/checkout-%d", n),
			Author: fmt.Sprintf("author-%d", n%50), Labels: []string{"preview", "size/L"},
		})
	}
	return w
}
