package contract_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/previewset/previewset/examples"
	gittest "github.com/previewset/previewset/test/fake/git"
	githubtest "github.com/previewset/previewset/test/fake/github"
)

// githubToken is valid on the fake GitHub of each fixture.
const githubToken = "github-token"

// lifetime is the lifetime of previews. It is so long that none of them ends.
const lifetime = 20 * 365 * 24 * time.Hour

// fixture is the repository acme/shop on a fake GitHub, and a GitOps repository.
type fixture struct {
	github *githubtest.Server
	shop   *githubtest.Repo
	gitops *gittest.Repo
	dir    string
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	github := githubtest.New(t)
	github.Token(githubToken)
	f := &fixture{github: github, shop: github.Repo("acme", "shop"), gitops: gittest.NewRepo(t, "gitops"), dir: t.TempDir()}
	write(t, f.dir+"/github-token", githubToken)
	base, err := examples.ShopBase("apps/shop")
	if err != nil {
		t.Fatal(err)
	}
	f.gitops.Commit(t, "main", "Add the base", base)
	return f
}

// set returns the YAML of a set with the source acme/shop. fields are the other fields of
// the set, indented by two spaces.
func (f *fixture) set(name, fields string) string {
	return fmt.Sprintf("- name: %s\n  source: {github: {owner: acme, repo: shop, apiURL: %q, tokenFile: %q}}\n%s",
		name, f.github.APIURL(), f.dir+"/github-token", fields)
}

// withGitOps returns a configuration with overlays. Its set selects all pull requests and
// the branch checkout.
func (f *fixture) withGitOps() string {
	return fmt.Sprintf("poll: 1s\ngitops: {url: %q, branch: main, path: previews}\nsets:\n", f.gitops.URL()) + f.set("shop", fmt.Sprintf(`
  select:
    pullRequests: {}
    branches: {include: [checkout]}
  overlay: {base: apps/shop}
  lifetime: {idle: %s}
`, lifetime))
}

// pull is a pull request in a response of GitHub.
type pull struct {
	HTMLURL string    `json:"html_url"`
	Created time.Time `json:"created_at"`
	Updated time.Time `json:"updated_at"`
	Head    struct{ SHA string }
}

func (f *fixture) pull(t *testing.T, number int) (p pull) {
	t.Helper()
	f.read(t, fmt.Sprintf("/repos/acme/shop/pulls/%d", number), &p)
	return p
}

// committed returns the committer date of the head of a branch.
func (f *fixture) committed(t *testing.T, branch string) time.Time {
	t.Helper()
	var c struct{ Committer struct{ Date time.Time } }
	f.read(t, "/repos/acme/shop/git/commits/"+f.shop.Head(branch), &c)
	return c.Committer.Date
}

func (f *fixture) read(t *testing.T, path string, into any) {
	t.Helper()
	response, err := http.Get(f.github.APIURL() + path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	if err := json.NewDecoder(response.Body).Decode(into); err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("%s: status %d, %v", path, response.StatusCode, err)
	}
}

// cloneURL returns the clone URL of acme/shop in the responses of GitHub.
func (f *fixture) cloneURL() string { return f.github.URL + "/acme/shop.git" }

// down makes GitHub answer every request with a 502.
func (f *fixture) down() {
	f.github.Fault(func(rw http.ResponseWriter, _ *http.Request) bool {
		rw.WriteHeader(http.StatusBadGateway)
		return true
	})
}
