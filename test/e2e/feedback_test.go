package e2e_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/previewset/previewset/test/e2e/environment"
)

// testFeedback reads what people see on pull requests of acme/shop: one comment and the
// status of the head commit, from the opening to the end.
func testFeedback(t *testing.T, fx *fixture) {
	objects, err := fx.ApplyExample(t.Context(), "pull-requests")
	must(t, err)
	f := &feedback{fixture: fx}
	for _, step := range []struct {
		name string
		run  func(*testing.T)
	}{
		{"opened", f.opened},
		{"pushed", f.pushed},
		{"degraded", f.degraded},
		{"base does not build", f.broken},
		{"held", f.held},
		{"closed while the service is down", f.closed},
	} {
		if !t.Run(step.name, step.run) {
			return
		}
	}
	fx.removeExample(t, objects)
}

// feedback is the state of the feedback tests.
type feedback struct {
	*fixture
	numbers [2]int64
	heads   [2]string
}

func (f *feedback) name(i int) string { return fmt.Sprintf("shop-pr-%d", f.numbers[i]) }

// awaitComment waits until the only comment on the i-th pull request contains texts.
func (f *feedback) awaitComment(t *testing.T, i int, texts ...string) {
	t.Helper()
	await(t, fmt.Sprintf("the comment on %s contains %q", f.name(i), texts), func(context.Context) error {
		bodies, err := f.Forge.Comments(f.numbers[i], environment.FeedbackBot)
		if err != nil {
			return err
		}
		if len(bodies) != 1 {
			return fmt.Errorf("%d comments: %q", len(bodies), bodies)
		}
		return containsAll(bodies[0], texts...)
	})
}

// awaitStatus waits for the state of the status of a commit.
func (f *feedback) awaitStatus(t *testing.T, commit, want string) {
	t.Helper()
	await(t, fmt.Sprintf("the status of %s is %s", commit, want), func(context.Context) error {
		got, description, err := f.Forge.Status(commit, "preview")
		if err == nil && got != want {
			err = fmt.Errorf("the state is %q: %s", got, description)
		}
		return err
	})
}

// opened opens pull requests. A stranger's comment that quotes the one of previewset stays.
func (f *feedback) opened(t *testing.T) {
	for i := range f.numbers {
		var err error
		f.numbers[i], f.heads[i], err = f.Forge.Open(t.Context(), fmt.Sprintf("talk-%d", i), "A *talk* @acme-admin <b>&", "preview")
		must(t, err)
	}
	for i := range f.numbers {
		f.awaitComment(t, i, "Preview is live", f.heads[i][:7], fmt.Sprintf("https://pr-%d.shop.preview", f.numbers[i]),
			fmt.Sprintf("%s/applications/argocd/%s", environment.ArgoCDURL, f.name(i)))
		f.awaitStatus(t, f.heads[i], "success")
	}
	bodies, err := f.Forge.Comments(f.numbers[0], environment.FeedbackBot)
	must(t, err)
	must(t, f.Forge.Comment(f.numbers[0], bodies[0]))
}

func (f *feedback) pushed(t *testing.T) {
	before := f.heads[0]
	var err error
	f.heads[0], err = f.Forge.Push(t.Context(), "talk-0", "More talk")
	must(t, err)
	f.awaitComment(t, 0, "Preview is live", f.heads[0][:7])
	f.awaitStatus(t, f.heads[0], "success")
	f.awaitStatus(t, before, "success") // that commit was live
}

// degraded adds a Deployment to the base that never becomes ready: the preview fails, and gets
// live again when the Deployment is removed.
func (f *feedback) degraded(t *testing.T) {
	restore := f.addToBase(t, "stuck.yaml", map[string]string{"apps/shop/base/stuck.yaml": `apiVersion: apps/v1
kind: Deployment
metadata: {name: stuck}
spec:
  progressDeadlineSeconds: 1
  selector: {matchLabels: {app: stuck}}
  template:
    metadata: {labels: {app: stuck}}
    spec:
      nodeSelector: {nowhere: "true"}
      containers: [{name: stuck, image: ghcr.io/acme/shop}]
`})
	f.awaitComment(t, 0, "Preview fails", "Degraded", f.name(0)) // Argo CD 3 has no message of the resource
	f.awaitStatus(t, f.heads[0], "failure")
	restore()
	f.awaitComment(t, 0, "Preview is live", f.heads[0][:7])
	f.awaitStatus(t, f.heads[0], "success")
}

// broken breaks the base: the preview stays at its commit, and the new head is not green.
func (f *feedback) broken(t *testing.T) {
	restore := f.addToBase(t, "talk.yaml", map[string]string{})
	live := f.heads[0]
	var err error
	f.heads[0], err = f.Forge.Push(t.Context(), "talk-0", "Even more talk")
	must(t, err)
	f.awaitComment(t, 0, "talk.yaml", live[:7], f.heads[0][:7])
	f.awaitStatus(t, f.heads[0], "failure")
	restore()
	f.awaitComment(t, 0, "Preview is live", f.heads[0][:7])
	f.awaitStatus(t, f.heads[0], "success")
}

// addToBase adds a resource to the kustomization of the base, and files. restore restores the
// kustomization.
func (f *feedback) addToBase(t *testing.T, resource string, files map[string]string) (restore func()) {
	t.Helper()
	const file = "apps/shop/base/kustomization.yaml"
	git := f.Forge.GitOps
	_, err := git.Git(t.Context(), "fetch", "--quiet")
	must(t, err)
	content, err := git.Git(t.Context(), "show", "origin/main:"+file)
	must(t, err)
	files[file] = strings.Replace(content, "resources:\n", "resources:\n- "+resource+"\n", 1) + "\n"
	_, err = git.Commit(t.Context(), "main", "Add "+resource+" to the base", files)
	must(t, err)
	return func() {
		t.Helper()
		_, err := git.Commit(t.Context(), "main", "Remove "+resource+" from the base", map[string]string{file: content + "\n"})
		must(t, err)
	}
}

// held removes the label of both pull requests, which the guard holds until the configuration
// allows it.
func (f *feedback) held(t *testing.T) {
	var before any
	must(t, f.EditConfig(func(config map[string]any) {
		before = shopSet(config)["guard"]
		shopSet(config)["guard"] = map[string]any{"removals": 0, "atLeast": 0}
	}))
	must(t, f.Forge.Unlabel(f.numbers[1], "preview"))
	f.awaitComment(t, 1, "Preview stays for now", "guard")
	f.allow(f.name(1))
	must(t, f.EditConfig(func(config map[string]any) { shopSet(config)["guard"] = before }))
	f.awaitDeleted(t, f.name(1))
	f.awaitComment(t, 1, "removed", "label")
	must(t, f.Forge.Close(f.numbers[1]))
}

// closed closes a pull request while no process writes. After the start, the comment says so.
func (f *feedback) closed(t *testing.T) {
	must(t, f.Service.Kill())
	must(t, f.Forge.Close(f.numbers[0]))
	f.allow(f.name(0))
	must(t, f.StartService())
	must(t, f.Service.AwaitReady(t.Context()))
	f.awaitDeleted(t, f.name(0))
	f.awaitComment(t, 0, "removed")
	f.awaitStatus(t, f.heads[0], "success")
}
