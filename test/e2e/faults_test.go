package e2e_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/previewset/previewset/test/e2e/stack"
)

// testFaults has the forge, the service and its token fail one after the other,
// while pull requests go on. In none of them may an Application be deleted, and
// after each the set is what it should be.
func testFaults(t *testing.T, b *bed) {
	f := &faults{bed: b}
	for _, step := range []struct {
		name string
		run  func(*testing.T)
	}{
		{"opened", f.opened},
		{"API down", f.apiDown},
		{"guard holds", f.held},
		{"guard lets go", f.released},
		{"all down and service killed", f.allDown},
		{"token rotated", f.rotated},
		{"service killed at work", f.killed},
	} {
		ok := t.Run(step.name, step.run)
		if !b.nothingLost(t) || !ok {
			return
		}
	}
}

// faults are of pull requests, by the order of opening: the first stays.
type faults struct {
	*bed
	numbers []int64
	apps    []application // as they were when they were first healthy
	pushes  int
	head    string  // of the last push
	before  float64 // previews that are held for other reasons
}

func (f *faults) name(i int) string { return fmt.Sprintf("shop-pr-%d", f.numbers[i]) }

func (f *faults) open(t *testing.T) {
	t.Helper()
	i := len(f.numbers)
	number, _, err := f.Forge.Open(t.Context(), fmt.Sprintf("fault-%d", i), fmt.Sprintf("Fault %d", i), "preview")
	must(t, err)
	f.numbers = append(f.numbers, number)
}

func (f *faults) push(t *testing.T) {
	t.Helper()
	f.pushes++
	var err error
	f.head, err = f.Forge.Push(t.Context(), "fault-0", fmt.Sprintf("Push %d", f.pushes))
	must(t, err)
}

// awaitPushed waits until the first is still the same, and runs what was pushed.
func (f *faults) awaitPushed(t *testing.T) {
	t.Helper()
	await(t, "what was pushed is to run", func(ctx context.Context) error { return f.hasImage(ctx, f.name(0), f.head) })
	f.checkSame(t, 0)
}

// setOf is the set "shop" in a configuration.
func setOf(config map[string]any) map[string]any {
	for _, set := range config["sets"].([]any) {
		if set := set.(map[string]any); set["name"] == "shop" {
			return set
		}
	}
	return nil
}

func (f *faults) maxAge(t *testing.T, is string) {
	t.Helper()
	must(t, f.EditConfig(func(config map[string]any) { config["maxAge"] = is }))
}

// opened has the service poll from now on, since it can't hear of all that
// happens, and know one set alone: nobody asks for the others.
func (f *faults) opened(t *testing.T) {
	must(t, f.EditConfig(func(config map[string]any) { config["sets"] = []any{setOf(config)} }))
	_, err := f.ApplyExample(t.Context(), "pull-requests")
	must(t, err)
	for range 5 {
		f.open(t)
	}
	for i := range f.numbers {
		f.apps = append(f.apps, f.awaitHealthy(t, f.name(i), ""))
	}
	f.before, err = f.metric(t.Context(), heldMetric)
	must(t, err)
	must(t, f.EditConfig(func(config map[string]any) {
		config["poll"], config["maxAge"] = "2s", "1m"
		setOf(config)["guard"] = map[string]any{"removals": 1, "percent": 50}
	}))
}

// apiDown lasts until what was known is too old. Meanwhile somebody pushes,
// closes a pull request, and takes the label off two.
func (f *faults) apiDown(t *testing.T) {
	f.Gitea.Front.Set(stack.NoAPI)
	defer f.Gitea.Front.Set(stack.None)
	f.push(t)
	must(t, f.Forge.Close(f.numbers[1]))
	for _, number := range f.numbers[2:4] {
		must(t, f.Forge.Unlabel(number, "preview"))
	}
	f.maxAge(t, "6s")
	f.awaitFrozen(t, "the newest snapshot of the set is from ", " and older than maxAge (6s): the source can't be used")
	f.maxAge(t, "1m")
	f.allow(f.name(1))
	f.Gitea.Front.Set(stack.None)
	f.awaitGone(t, f.name(1))
	f.awaitPushed(t)
}

// awaitFrozen waits until the service refuses to answer, and the ApplicationSet
// shows why.
func (f *faults) awaitFrozen(t *testing.T, why ...string) {
	t.Helper()
	await(t, "previewset is to refuse", func(ctx context.Context) error {
		sets, err := f.Parameters(ctx, "shop")
		if err == nil {
			return fmt.Errorf("it answers with %d", len(sets))
		}
		return says(err.Error(), append(why, "503")...)
	})
	f.markRefresh(t, "shop-previews")
	await(t, "the ApplicationSet is to say why", func(ctx context.Context) error {
		o, err := f.Argo("applicationsets").Get(ctx, "shop-previews", metav1.GetOptions{})
		if err != nil {
			return err
		}
		return says(errorOf(o), why...)
	})
}

// errorOf returns the message of an ApplicationSet that can't be reconciled.
func errorOf(o *unstructured.Unstructured) string {
	conditions, _, _ := unstructured.NestedSlice(o.Object, "status", "conditions")
	for _, c := range conditions {
		if c := c.(map[string]any); c["type"] == "ErrorOccurred" && c["status"] == "True" {
			return fmt.Sprint(c["message"])
		}
	}
	return ""
}

// says returns nil if text has all the words.
func says(text string, words ...string) error {
	for _, word := range words {
		if !strings.Contains(text, word) {
			return fmt.Errorf("%q does not say %q", text, word)
		}
	}
	return nil
}

// allDown is a forge that was killed, so that Argo CD can't reach Git either,
// and a service that is killed and comes back before it. While the forge is
// there, but cut off, somebody pushes and closes a pull request.
func (f *faults) allDown(t *testing.T) {
	f.awaitSettled(t) // git that is killed leaves its locks behind
	must(t, f.Gitea.Kill())
	must(t, f.Service.Kill())
	must(t, f.StartService())
	f.awaitFrozen(t, "the set is not known yet: previewset has not read it since it started: the ", " can't be used")
	f.Gitea.Front.Set(stack.Cut)
	defer f.Gitea.Front.Set(stack.None)
	must(t, f.Gitea.Start(t.Context()))
	f.push(t)
	must(t, f.Forge.Close(f.numbers[4]))
	f.awaitFrozen(t, "the set is not known yet")
	f.allow(f.name(4))
	f.Gitea.Front.Set(stack.None)
	f.awaitGone(t, f.name(4))
	f.awaitPushed(t)
}

// rotated revokes the token first, for the API and for Git.
func (f *faults) rotated(t *testing.T) {
	must(t, f.Forge.RevokeServiceToken())
	f.push(t)
	must(t, f.Forge.Close(f.numbers[5]))
	f.maxAge(t, "6s")
	f.awaitFrozen(t, " and older than maxAge (6s): the ", " refuses the credentials")
	f.maxAge(t, "1m")
	f.allow(f.name(5))
	must(t, f.RotateToken())
	f.awaitGone(t, f.name(5))
	f.awaitPushed(t)
}

// killed kills the service when it has just heard of a push and a new pull
// request.
func (f *faults) killed(t *testing.T) {
	f.push(t)
	f.open(t)
	must(t, f.Service.Kill())
	must(t, f.StartService())
	must(t, f.Service.AwaitReady(t.Context()))
	f.awaitHealthy(t, f.name(6), "")
	f.awaitPushed(t)
}
