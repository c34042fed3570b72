package e2e_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

// held has two without the label: one more than the guard lets go. They are
// reported and stay, and new ones flow.
func (f *faults) held(t *testing.T) {
	f.awaitHeld(t, f.before+2)
	f.open(t)
	f.apps = append(f.apps, f.awaitHealthy(t, f.name(5), ""))
	f.markRefresh(t, "shop-previews")
	f.awaitRefreshed(t, "shop-previews")
	plan := f.plannedHeld(t)
	for i := 2; i < 4; i++ {
		f.awaitParameters(t, "shop", f.name(i))
		f.checkSame(t, i)
		id := fmt.Sprintf("pr-%d", f.numbers[i])
		if plan[id] == "" {
			t.Errorf("the plan does not hold %s", id)
		}
		f.checkObjection(t, id)
	}
	if len(plan) != 2 {
		t.Errorf("by the plan the guard holds %v", plan)
	}
}

// heldMetric is how many previews stay that would not be kept now.
const heldMetric = `previewset_previews_held{set="shop"}`

func (f *faults) awaitHeld(t *testing.T, want float64) {
	t.Helper()
	await(t, "the guard is to hold", func(ctx context.Context) error {
		got, err := f.metric(ctx, heldMetric)
		if err == nil && got != want {
			err = fmt.Errorf("it holds %v, not %v", got, want)
		}
		return err
	})
}

// plan is what `previewset plan` says of a set.
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

// plannedHeld returns the previews of the set that the guard holds, and why, by
// id.
func (f *faults) plannedHeld(t *testing.T) map[string]string {
	t.Helper()
	plans, err := f.plans(t.Context())
	must(t, err)
	held := map[string]string{}
	for _, plan := range plans {
		for _, p := range plan.Held {
			if plan.Set == "shop" && strings.HasPrefix(p.Why, "held by the guard: ") {
				held[p.ID] = p.Why
			}
		}
	}
	return held
}

// awaitSettled waits until there is nothing to commit.
func (f *faults) awaitSettled(t *testing.T) {
	t.Helper()
	await(t, "all is to be committed", func(ctx context.Context) error {
		plans, err := f.plans(ctx)
		for _, plan := range plans {
			if len(plan.Steps) > 0 {
				err = fmt.Errorf("%s is to do %v", plan.Set, plan.Steps)
			}
		}
		return err
	})
}

// checkObjection reads in Git that the guard of the moment holds an entry.
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
		t.Errorf("the record of %s objects %+v", id, o)
	}
}

// checkSame expects the i-th Application to be the one that was there first.
func (f *faults) checkSame(t *testing.T, i int) {
	t.Helper()
	a, err := f.application(t.Context(), f.name(i))
	if err != nil || a.uid != f.apps[i].uid || a.deleting {
		t.Errorf("%s is %+v, %v; it was %+v", f.name(i), a, err, f.apps[i])
	}
}

// released lets go what the guard held, and nothing else.
func (f *faults) released(t *testing.T) {
	f.allow(f.name(2), f.name(3))
	must(t, f.EditConfig(func(config map[string]any) {
		setOf(config)["guard"] = map[string]any{"removals": 10, "percent": 100}
	}))
	for i := 2; i < 4; i++ {
		f.awaitGone(t, f.name(i))
	}
	f.awaitHeld(t, f.before)
	for _, i := range []int{0, 4, 5} {
		f.checkSame(t, i)
	}
}
