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

// testFaults injects faults of the forge, the service and its token, one after the other,
// while pull requests change. During a fault no Application may be deleted unexpectedly.
// After each fault the set must be correct.
func testFaults(t *testing.T, fx *fixture) {
	f := &faults{fixture: fx}
	for _, step := range []struct {
		name string
		run  func(*testing.T)
	}{
		{"opened", f.opened},
		{"API down", f.apiDown},
		{"guard holds", f.held},
		{"guard releases", f.released},
		{"forge down and service killed", f.forgeDown},
		{"token rotated", f.rotated},
		{"service killed during a sync", f.killed},
	} {
		ok := t.Run(step.name, step.run)
		if !fx.checkDeletions(t) || !ok {
			return
		}
	}
}

// faults is the state of the fault tests. The first pull request stays open.
type faults struct {
	*fixture
	numbers  []int64       // pull requests, in the order of opening
	apps     []application // states when they were first healthy
	pushes   int
	head     string  // commit of the last push
	baseline float64 // number of previews that are held for other reasons
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

// awaitPushed waits until the first preview runs the last push, and checks that it still is
// the same Application.
func (f *faults) awaitPushed(t *testing.T) {
	t.Helper()
	await(t, "the first preview runs the last push", func(ctx context.Context) error { return f.hasImage(ctx, f.name(0), f.head) })
	f.checkSame(t, 0)
}

// shopSet returns the set "shop" of a configuration.
func shopSet(config map[string]any) map[string]any { return setOf(config, "shop") }

// setOf returns a set of a configuration.
func setOf(config map[string]any, name string) map[string]any {
	for _, set := range config["sets"].([]any) {
		if set := set.(map[string]any); set["name"] == name {
			return set
		}
	}
	return nil
}

func (f *faults) setMaxAge(t *testing.T, maxAge string) {
	t.Helper()
	must(t, f.EditConfig(func(config map[string]any) { config["maxAge"] = maxAge }))
}

// opened opens pull requests. It reduces the configuration to the only set that the tests
// need, and enables polls, because webhooks get lost during faults.
func (f *faults) opened(t *testing.T) {
	must(t, f.EditConfig(func(config map[string]any) { config["sets"] = []any{shopSet(config)} }))
	_, err := f.ApplyExample(t.Context(), "pull-requests")
	must(t, err)
	for range 5 {
		f.open(t)
	}
	for i := range f.numbers {
		f.apps = append(f.apps, f.awaitHealthy(t, f.name(i), ""))
	}
	f.baseline, err = f.metric(t.Context(), heldMetric)
	must(t, err)
	must(t, f.EditConfig(func(config map[string]any) {
		config["poll"], config["maxAge"] = "2s", "1m"
		shopSet(config)["guard"] = map[string]any{"removals": 1, "percent": 50}
	}))
}

// apiDown disables the forge's API until the last known data is older than maxAge. In the
// meantime a user pushes, closes a pull request, and removes the label of two.
func (f *faults) apiDown(t *testing.T) {
	f.Gitea.Proxy.Set(stack.NoAPI)
	defer f.Gitea.Proxy.Set(stack.None)
	f.push(t)
	must(t, f.Forge.Close(f.numbers[1]))
	for _, number := range f.numbers[2:4] {
		must(t, f.Forge.Unlabel(number, "preview"))
	}
	f.setMaxAge(t, "6s")
	f.awaitError(t, "the newest snapshot of the set is from ", " and older than maxAge (6s): the source answers with an error")
	f.setMaxAge(t, "1m")
	f.allow(f.name(1))
	f.Gitea.Proxy.Set(stack.None)
	f.awaitDeleted(t, f.name(1))
	f.awaitPushed(t)
}

func (f *faults) awaitError(t *testing.T, texts ...string) {
	t.Helper()
	f.awaitErrorOf(t, "shop", "shop-previews", texts...)
}

// awaitErrorOf waits until the service responds for a set with an error that contains the
// given texts, and until the ApplicationSet shows that error.
func (fx *fixture) awaitErrorOf(t *testing.T, set, applicationSet string, texts ...string) {
	t.Helper()
	await(t, "previewset responds with an error", func(ctx context.Context) error {
		sets, err := fx.Parameters(ctx, set)
		if err == nil {
			return fmt.Errorf("response with %d parameter sets", len(sets))
		}
		return containsAll(err.Error(), append(texts, "503")...)
	})
	fx.requestRefresh(t, applicationSet)
	await(t, "the ApplicationSet shows the error", func(ctx context.Context) error {
		o, err := fx.Argo("applicationsets").Get(ctx, applicationSet, metav1.GetOptions{})
		if err != nil {
			return err
		}
		return containsAll(errorOf(o), texts...)
	})
}

// errorOf returns the message of the condition ErrorOccurred, or "" if it is false.
func errorOf(o *unstructured.Unstructured) string {
	conditions, _, _ := unstructured.NestedSlice(o.Object, "status", "conditions")
	for _, c := range conditions {
		if c := c.(map[string]any); c["type"] == "ErrorOccurred" && c["status"] == "True" {
			return fmt.Sprint(c["message"])
		}
	}
	return ""
}

// containsAll returns an error unless text contains all parts.
func containsAll(text string, parts ...string) error {
	for _, part := range parts {
		if !strings.Contains(text, part) {
			return fmt.Errorf("%q does not contain %q", text, part)
		}
	}
	return nil
}

// forgeDown kills the forge, so that Argo CD cannot reach Git either. The service is killed
// and restarts before the forge. While the forge runs but is unreachable, a user pushes and
// closes a pull request.
func (f *faults) forgeDown(t *testing.T) {
	f.awaitSettled(t) // a killed git process leaves lock files behind
	must(t, f.Gitea.Kill())
	must(t, f.Service.Kill())
	must(t, f.StartService())
	f.awaitError(t, "the set is not known yet: previewset has not read it since it started: the ", " answers with an error")
	f.Gitea.Proxy.Set(stack.Cut)
	defer f.Gitea.Proxy.Set(stack.None)
	must(t, f.Gitea.Start(t.Context()))
	f.push(t)
	must(t, f.Forge.Close(f.numbers[4]))
	f.awaitError(t, "the set is not known yet")
	f.allow(f.name(4))
	f.Gitea.Proxy.Set(stack.None)
	f.awaitDeleted(t, f.name(4))
	f.awaitPushed(t)
}

// rotated revokes the token, which the service uses for the API and for Git, and then gives
// the service a new token.
func (f *faults) rotated(t *testing.T) {
	must(t, f.Forge.RevokeServiceToken())
	f.push(t)
	must(t, f.Forge.Close(f.numbers[5]))
	f.setMaxAge(t, "6s")
	f.awaitError(t, " and older than maxAge (6s): the ", " refuses the credentials")
	f.setMaxAge(t, "1m")
	f.allow(f.name(5))
	must(t, f.RotateToken())
	f.awaitDeleted(t, f.name(5))
	f.awaitPushed(t)
}

// killed kills the service directly after the webhooks of a push and a new pull request.
func (f *faults) killed(t *testing.T) {
	f.push(t)
	f.open(t)
	must(t, f.Service.Kill())
	must(t, f.StartService())
	must(t, f.Service.AwaitReady(t.Context()))
	f.awaitHealthy(t, f.name(6), "")
	f.awaitPushed(t)
}
