package reconcile

import (
	"fmt"
	"testing"

	"github.com/previewset/previewset/test/bench/forge"
	githubtest "github.com/previewset/previewset/test/fake/github"
)

// fixture is a repository with pull requests, and its forge.
type fixture struct {
	shop   *githubtest.Repo
	forge  *forge.Forge
	opened int // initial number of open pull requests
}

func newFixture(t testing.TB, open int) *fixture {
	t.Helper()
	github := githubtest.New(t)
	f := &fixture{shop: github.Repo(Owner, Repo), forge: forge.New(t, github), opened: open}
	for n := range open {
		f.shop.OpenPull(githubtest.Pull{
			Title: fmt.Sprintf("Make checkout number %d faster", n), Head: fmt.Sprintf("feature/checkout-%d", n),
			Author: fmt.Sprintf("author-%d", n%50), Labels: []string{"preview", "size/L"},
		})
	}
	return f
}
