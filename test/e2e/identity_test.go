package e2e_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/previewset/previewset/test/e2e/environment"
	"github.com/previewset/previewset/test/e2e/stack"
)

const (
	storeSet  = "store" // set, its ApplicationSet, and the first name of its repository
	newName   = "market"
	forkLabel = "safe"
	author    = "mallory"            // account of the fork
	hashed    = "feature/Login_Form" // branch whose name gets a hash
)

// testIdentity tests the previews of a repository that is renamed and then replaced by
// another repository with the same name and the same numbers of pull requests.
func testIdentity(t *testing.T, fx *fixture) {
	i := &identity{fixture: fx, heads: map[string]string{}, uids: map[string]string{}}
	for _, step := range []struct {
		name string
		run  func(*testing.T)
	}{
		{"opened", i.opened},
		{"fork pushed after its label", i.forkPushed},
		{"repository renamed", i.renamed},
		{"repository replaced", i.replaced},
		{"new repository confirmed", i.confirmed},
	} {
		ok := t.Run(step.name, step.run)
		if !fx.checkDeletions(t) || !ok {
			return
		}
	}
}

// identity is the state of the identity tests. The previews are those of the pull requests
// 1 and 2, of the pull request 3 from a fork, and of a branch whose name gets a hash.
type identity struct {
	*fixture
	repository *environment.Repository
	branch     string            // name of the branch's Application and namespace
	heads      map[string]string // commits that the previews run, by name
	uids       map[string]string // UIDs of the Application and the namespace, by name
	next       [3]string         // heads of the other repository: 1, 2, branch
}

func storePull(number int64) string { return fmt.Sprintf("%s-pr-%d", storeSet, number) }

// opened configures a set of its own. Without polls, only webhooks and edits of the
// configuration trigger syncs.
func (i *identity) opened(t *testing.T) {
	var err error
	i.repository, err = i.AddRepository(t.Context(), storeSet)
	must(t, err)
	must(t, i.EditConfig(func(config map[string]any) {
		config["poll"], config["maxAge"] = "1h", "3h"
		config["sets"] = []any{shopSet(config), map[string]any{
			"name":   storeSet,
			"source": i.Source(storeSet),
			"select": map[string]any{
				"pullRequests": map[string]any{"forks": forkLabel},
				"branches":     map[string]any{"include": []any{"feature/*"}},
			},
			"overlay": map[string]any{
				"base":   "apps/shop/base",
				"images": []any{map[string]any{"name": "ghcr.io/acme/shop", "newTag": "{{.head_sha}}"}},
			},
		}}
	}))
	objects, err := i.Manifests("test", "e2e", "testdata", "store.yaml")
	must(t, err)
	must(t, i.Cluster.Apply(t.Context(), stack.ArgoCDNamespace, objects...))
	heads := i.fill(t, "Change")
	i.branch = i.awaitBranch(t, storeSet, hashed)
	for name, head := range map[string]string{storePull(1): heads[0], storePull(2): heads[1], i.branch: heads[2]} {
		i.awaitRuns(t, name, head)
	}
}

// fill opens the pull requests 1 and 2, and pushes the branch. It returns their heads.
func (i *identity) fill(t *testing.T, title string) (heads [3]string) {
	t.Helper()
	for k := range 2 {
		var number int64
		var err error
		number, heads[k], err = i.repository.Open(t.Context(), fmt.Sprintf("change-%d", k+1), fmt.Sprintf("%s %d", title, k+1))
		must(t, err)
		if number != int64(k+1) {
			t.Fatalf("got pull request %d, want %d", number, k+1)
		}
	}
	var err error
	heads[2], err = i.repository.Push(t.Context(), hashed, title)
	must(t, err)
	return heads
}

// awaitRuns waits until a preview runs a commit, and records the preview.
func (i *identity) awaitRuns(t *testing.T, name, head string) {
	t.Helper()
	await(t, name+" runs "+head, func(ctx context.Context) error { return i.hasImage(ctx, name, head) })
	i.awaitHealthy(t, name, "")
	i.heads[name] = head
	uids, err := i.uidsOf(t.Context(), name)
	must(t, err)
	i.uids[name] = uids
}

func (i *identity) uidsOf(ctx context.Context, name string) (string, error) {
	a, err := i.application(ctx, name)
	if err != nil {
		return "", err
	}
	namespace, err := i.Cluster.Kubernetes.CoreV1().Namespaces().Get(ctx, name, metav1.GetOptions{})
	return fmt.Sprintf("%s %s", a.uid, namespace.UID), err
}

// checkUnchanged checks that all previews are the recorded ones.
func (i *identity) checkUnchanged(t *testing.T) {
	t.Helper()
	for name, want := range i.uids {
		if got, err := i.uidsOf(t.Context(), name); err != nil || got != want {
			t.Errorf("%s: UIDs of the Application and the namespace: got %s, %v; want %s", name, got, err, want)
		}
		if err := i.hasImage(t.Context(), name, i.heads[name]); err != nil {
			t.Errorf("%s: %v; want commit %s", name, err, i.heads[name])
		}
	}
}

// forkPushed sets the label on a pull request from a fork. Its author pushes before
// previewset can read the label. The preview is at the commit that had the label.
func (i *identity) forkPushed(t *testing.T) {
	fork, err := i.Forge.Fork(t.Context(), i.repository, author)
	must(t, err)
	reviewed, err := fork.Commit(t.Context(), "topic", "Reviewed", map[string]string{"topic": "reviewed\n"})
	must(t, err)
	number, err := i.repository.OpenFork(author, "topic", "A change from a fork")
	must(t, err)
	i.awaitTimeline(t, number, "pull_push")
	i.Gitea.Proxy.Set(stack.NoAPI)
	defer i.Gitea.Proxy.Set(stack.None)
	must(t, i.repository.Label(number, forkLabel))
	i.awaitTimeline(t, number, "label")
	_, err = fork.Commit(t.Context(), "topic", "Not reviewed", map[string]string{"topic": "not reviewed\n"})
	must(t, err)
	i.awaitTimeline(t, number, "pull_push")
	i.Gitea.Proxy.Set(stack.None)
	i.awaitRuns(t, storePull(number), reviewed)
	i.checkUnchanged(t)
}

// awaitTimeline waits until the last entry in the timeline of a pull request is of a kind,
// and the second of its time has passed. The timeline does not order entries of one second.
func (i *identity) awaitTimeline(t *testing.T, number int64, kind string) {
	t.Helper()
	await(t, "the timeline ends in an earlier "+kind, func(ctx context.Context) error {
		last, at, err := i.repository.LastInTimeline(ctx, number)
		if err == nil && (last != kind || time.Since(at) < time.Second) {
			err = fmt.Errorf("the last entry is %s at %s", last, at)
		}
		return err
	})
}

// renamed renames the repository. The configuration follows after a push.
func (i *identity) renamed(t *testing.T) {
	must(t, i.repository.Rename(t.Context(), newName))
	i.push(t, "After the rename")
	must(t, i.EditConfig(func(config map[string]any) { setOf(config, storeSet)["source"] = i.Source(newName) }))
	await(t, "previewset returns the new name", func(ctx context.Context) error {
		sets, err := i.Parameters(ctx, storeSet)
		for _, p := range sets {
			if p["repository"] != newName {
				err = fmt.Errorf("%v is of the repository %v", p["name"], p["repository"])
			}
		}
		return err
	})
	i.push(t, "After the edit")
	name := storePull(2)
	i.allow(name)
	must(t, i.repository.Close(2))
	i.awaitDeleted(t, name)
	delete(i.uids, name)
	i.checkUnchanged(t)
}

// push pushes to the first pull request, and waits until the same preview runs the commit.
func (i *identity) push(t *testing.T, message string) {
	t.Helper()
	name := storePull(1)
	var err error
	i.heads[name], err = i.repository.Push(t.Context(), "change-1", message)
	must(t, err)
	await(t, name+" runs the push", func(ctx context.Context) error { return i.hasImage(ctx, name, i.heads[name]) })
	i.checkUnchanged(t)
}

// replaced deletes the repository and creates another one with its name. In the other
// repository, the pull request of the fork's number is closed.
func (i *identity) replaced(t *testing.T) {
	before := i.newestCommit(t)
	must(t, i.repository.Delete())
	var err error
	i.repository, err = i.AddRepository(t.Context(), newName)
	must(t, err)
	i.next = i.fill(t, "Another change")
	number, _, err := i.repository.Open(t.Context(), "change-3", "Another change 3")
	must(t, err)
	must(t, i.repository.Close(number))
	must(t, i.EditConfig(func(config map[string]any) { config["poll"], config["maxAge"] = "2s", "6s" }))
	i.awaitErrorOf(t, storeSet, storeSet, "the source is another repository than before")
	if after := i.newestCommit(t); after != before {
		t.Errorf("the newest commit of the previews is %s, want %s", after, before)
	}
	i.checkUnchanged(t)
}

// newestCommit returns the newest commit of the entries of the set.
func (i *identity) newestCommit(t *testing.T) string {
	t.Helper()
	_, err := i.Forge.GitOps.Git(t.Context(), "fetch", "--quiet")
	must(t, err)
	commit, err := i.Forge.GitOps.Git(t.Context(), "log", "-1", "--format=%H", "origin/main", "--", "previews/"+storeSet)
	must(t, err)
	return commit
}

// confirmed names the id of the other repository in the configuration, with a guard that
// permits the removal of all previews. The previews of the first repository are removed
// before those of the other one are written. The hash in the name of the branch's preview
// differs, because the other repository is named after its present name.
func (i *identity) confirmed(t *testing.T) {
	for name := range i.uids {
		i.allow(name)
	}
	must(t, i.EditConfig(func(config map[string]any) {
		config["maxAge"] = "1m"
		set := setOf(config, storeSet)
		set["source"].(map[string]any)["gitea"].(map[string]any)["id"] = i.repository.ID
		set["guard"] = map[string]any{"removals": 1000, "percent": 100, "allowAll": true}
	}))
	for _, name := range []string{storePull(3), i.branch} {
		i.awaitDeleted(t, name)
	}
	for name := range i.uids {
		i.checkSourcePruned(t, strings.TrimPrefix(name, storeSet+"-"), i.heads[name])
	}
	for k, name := range []string{storePull(1), storePull(2), i.awaitBranch(t, storeSet, hashed)} {
		i.awaitRuns(t, name, i.next[k])
	}
}

// checkSourcePruned checks that the history has the removal of an entry at a commit of the
// first repository.
func (i *identity) checkSourcePruned(t *testing.T, id, head string) {
	t.Helper()
	git := i.Forge.GitOps
	_, err := git.Git(t.Context(), "fetch", "--quiet")
	must(t, err)
	trailers, err := git.Git(t.Context(), "log", "--format=%(trailers)", "origin/main", "--", "previews/"+storeSet+"/"+id)
	must(t, err)
	if want := fmt.Sprintf("Previewset-Prune: %s reason=source head=%s", id, head); !strings.Contains(trailers, want) {
		t.Errorf("trailers of %s: got\n%s\nwant %s", id, trailers, want)
	}
}
