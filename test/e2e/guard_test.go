package e2e_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

// held checks two pull requests without the label: one more than the guard permits to
// remove. Their previews stay and are reported. New pull requests get previews.
func (f *faults) held(t *testing.T) {
	f.awaitHeld(t, f.baseline+2)
	f.open(t)
	f.apps = append(f.apps, f.awaitHealthy(t, f.name(5), ""))
	f.requestRefresh(t, "shop-previews")
	f.awaitRefreshed(t, "shop-previews")
	plan := f.heldByGuard(t)
	for i := 2; i < 4; i++ {
		f.awaitParameters(t, "shop", f.name(i))
		f.checkSame(t, i)
		id := fmt.Sprintf("pr-%d", f.numbers[i])
		if plan[id] == "" {
			t.Errorf("plan: %s is not held", id)
		}
		f.checkObjection(t, id)
	}
	if len(plan) != 2 {
		t.Errorf("plan: the guard holds %v, want two previews", plan)
	}
}

// heldMetric is the metric of the number of held previews.
const heldMetric = `previewset_previews_held{set="shop"}`

func (f *faults) awaitHeld(t *testing.T, want float64) {
	t.Helper()
	await(t, fmt.Sprintf("%v previews are held", want), func(ctx context.Context) error {
		got, err := f.metric(ctx, heldMetric)
		if err == nil && got != want {
			err = fmt.Errorf("%v held previews", got)
		}
		return err
	})
}

// plan is the output of `previewset plan` for a set.
type plan struct {
	Set   string
	Steps []any
	Held  []struct{ ID, Why string }
}

func (f *faults) plans(ctx context.Context) (plans []plan, err error) {
	out, err := f.Plan(ctx)
	if err != nil {
		return nil, err
	}
	return plans, json.Unmarshal(out, &plans)
}

// heldByGuard returns the previews of the set that the guard holds in the plan: id →
// reason.
func (f *faults) heldByGuard(t *testing.T) map[string]string {
	t.Helper()
	plans, err := f.plans(t.Context())
	must(t, err)
	held := map[string]string{}
	for _, plan := range plans {
		for _, p := range plan.Held {
			if plan.Set == "shop" && strings.Contains(p.Why, "; the guard holds it: ") {
				held[p.ID] = p.Why
			}
		}
	}
	return held
}

// awaitSettled waits until the plan has no steps.
func (f *faults) awaitSettled(t *testing.T) {
	t.Helper()
	await(t, "the plan has no steps", func(ctx context.Context) error {
		plans, err := f.plans(ctx)
		for _, plan := range plans {
			if len(plan.Steps) > 0 {
				err = fmt.Errorf("steps of %s: %v", plan.Set, plan.Steps)
			}
		}
		return err
	})
}

// checkObjection checks that the record of an entry has an objection with the current guard.
func (f *faults) checkObjection(t *testing.T, id string) {
	t.Helper()
	git := f.Forge.GitOps
	_, err := git.Git(t.Context(), "fetch", "--quiet")
	must(t, err)
	text, err := git.Git(t.Context(), "show", "origin/main:previews/shop/"+id+"/preview.yaml")
	must(t, err)
	var record struct {
		Objection struct {
			Reason string
			Guard  struct{ Removals, Percent int }
		}
	}
	must(t, yaml.Unmarshal([]byte(text), &record))
	if o := record.Objection; o.Reason == "" || o.Guard.Removals != 1 || o.Guard.Percent != 50 {
		t.Errorf("objection in the record of %s: got %+v, want a reason and the guard 1, 50 %%", id, o)
	}
}

// checkSame checks that the i-th Application has not been recreated.
func (f *faults) checkSame(t *testing.T, i int) {
	t.Helper()
	a, err := f.application(t.Context(), f.name(i))
	if err != nil || a.uid != f.apps[i].uid || a.deleting {
		t.Errorf("%s: got %+v, %v; want the Application %+v", f.name(i), a, err, f.apps[i])
	}
}

// released relaxes the guard. Only the held previews are removed.
func (f *faults) released(t *testing.T) {
	f.allow(f.name(2), f.name(3))
	must(t, f.EditConfig(func(config map[string]any) {
		shopSet(config)["guard"] = map[string]any{"removals": 10, "percent": 100}
	}))
	for i := 2; i < 4; i++ {
		f.awaitDeleted(t, f.name(i))
	}
	f.awaitHeld(t, f.baseline)
	for _, i := range []int{0, 4, 5} {
		f.checkSame(t, i)
	}
}
