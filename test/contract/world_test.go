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

// githubToken is good at the GitHub of each world.
const githubToken = "github-token"

// lifetime of the previews of a world is so long that none of them ends.
const lifetime = 20 * 365 * 24 * time.Hour

// world is acme's repository shop on a GitHub, and a GitOps repository.
type world struct {
	github *githubtest.Server
	shop   *githubtest.Repo
	gitops *gittest.Repo
	dir    string
}

func newWorld(t *testing.T) *world {
	t.Helper()
	github := githubtest.New(t)
	github.Token(githubToken)
	w := &world{github: github, shop: github.Repo("acme", "shop"), gitops: gittest.NewRepo(t, "gitops"), dir: t.TempDir()}
	write(t, w.dir+"/github-token", githubToken)
	base, err := examples.ShopBase("apps/shop")
	if err != nil {
		t.Fatal(err)
	}
	w.gitops.Commit(t, "main", "Add the base", base)
	return w
}

// set returns the stanza of a set of the world's shop. The rest of its fields
// are indented by two.
func (w *world) set(name, fields string) string {
	return fmt.Sprintf("- name: %s\n  source: {github: {owner: acme, repo: shop, apiURL: %q, tokenFile: %q}}\n%s",
		name, w.github.APIURL(), w.dir+"/github-token", fields)
}

// withGitOps is a set of all pull requests and of the branch checkout, with
// overlays.
func (w *world) withGitOps() string {
	return fmt.Sprintf("poll: 1s\ngitops: {url: %q, branch: main, path: previews}\nsets:\n", w.gitops.URL()) + w.set("shop", fmt.Sprintf(`
  select:
    pullRequests: {}
    branches: {include: [checkout]}
  overlay: {base: apps/shop}
  lifetime: {idle: %s}
`, lifetime))
}

// pull is a pull request as GitHub tells of it.
type pull struct {
	HTMLURL string    `json:"html_url"`
	Created time.Time `json:"created_at"`
	Updated time.Time `json:"updated_at"`
	Head    struct{ SHA string }
}

func (w *world) pull(t *testing.T, number int) (p pull) {
	t.Helper()
	w.read(t, fmt.Sprintf("/repos/acme/shop/pulls/%d", number), &p)
	return p
}

// committed returns when the commit at the head of a branch was.
func (w *world) committed(t *testing.T, branch string) time.Time {
	t.Helper()
	var c struct{ Committer struct{ Date time.Time } }
	w.read(t, "/repos/acme/shop/git/commits/"+w.shop.Head(branch), &c)
	return c.Committer.Date
}

func (w *world) read(t *testing.T, path string, into any) {
	t.Helper()
	response, err := http.Get(w.github.APIURL() + path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	if err := json.NewDecoder(response.Body).Decode(into); err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("%s: status %d, %v", path, response.StatusCode, err)
	}
}

// cloneURL is where GitHub says that the shop can be cloned.
func (w *world) cloneURL() string { return w.github.URL + "/acme/shop.git" }

// down makes GitHub answer every request with a 502.
func (w *world) down() {
	w.github.Fault(func(rw http.ResponseWriter, _ *http.Request) bool {
		rw.WriteHeader(http.StatusBadGateway)
		return true
	})
}
