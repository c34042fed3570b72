package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/previewset/previewset/generator"
	gittest "github.com/previewset/previewset/test/fake/git"
)

// A rule that the source can't honour is reported in the same words by each command.
func TestRulesWithoutEffectAreReported(t *testing.T) {
	t.Parallel()
	f, app := newFixture(t), gittest.NewRepo(t, "shop")
	app.Commit(t, "main", "Begin", map[string]string{"a": "1"})
	app.Branch(t, "cart", "main")
	app.DisableExtensions(t)
	f.configure(gitSet(app.URL()) + "  lifetime: {idle: 720000h, max: 720000h, keepLabel: keep}\n  limits: {previews: 5}\n  names: {namespace: fixed}\n")
	everywhere := []string{"lifetime.keepLabel", "lifetime.max", "names.namespace"}
	connected := []string{"lifetime.idle", "lifetime.keepLabel", "lifetime.max", "limits.previews", "names.namespace"}

	var validated validation
	var plans []planView
	var explained explanation
	for _, c := range []struct {
		args     []string
		want     []string
		json     any
		warnings func() (all []generator.Warning)
	}{
		{[]string{"validate"}, everywhere, &validated, func() (all []generator.Warning) {
			for _, w := range validated.Warnings {
				all = append(all, w.Warning)
			}
			return all
		}},
		{[]string{"plan"}, connected, &plans, func() []generator.Warning { return plans[0].Warnings }},
		{[]string{"explain", "cart"}, connected, &explained, func() []generator.Warning { return explained.Warnings }},
	} {
		text := f.mustRun(c.args...)
		if err := json.Unmarshal([]byte(f.mustRun(append(c.args, "--output", "json")...)), c.json); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, w := range c.warnings() {
			got = append(got, w.Subject)
			if line := "shop: warning: " + w.String() + "\n"; !strings.Contains(text, line) {
				t.Errorf("%s lacks %q:\n%s", c.args[0], line, text)
			}
		}
		if strings.Join(got, " ") != strings.Join(c.want, " ") {
			t.Errorf("%s: got warnings %v, want %v", c.args[0], got, c.want)
		}
	}
}
