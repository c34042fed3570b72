package argocd_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/previewset/previewset/internal/argocd"
)

func TestReferenceOfAToken(t *testing.T) {
	t.Parallel()
	for token, want := range map[string][2]string{
		"$previewset:token": {"previewset", "token"}, "$a.b:c_d-e.f": {"a.b", "c_d-e.f"}, "$plugin.token": {"argocd-secret", "plugin.token"},
		"": {}, "token": {}, "$": {}, "$:token": {}, "$previewset:": {}, "$a/b:c": {}, "$../x:c": {}, "$previewset:a:b": {}, "$secret+/=": {},
	} {
		name, key, err := argocd.Plugin{Token: token}.Reference()
		if got := [2]string{name, key}; got != want || (err == nil) != (want[0] != "") {
			t.Errorf("%q: got %q, %v, want %q", token, got, err, want)
		}
	}
}

func TestApplicationSetsThatUseThePlugin(t *testing.T) {
	t.Parallel()
	const plugin = `{"plugin": {"configMapRef": {"name": "previewset"}, "requeueAfterSeconds": 60, "input": {"parameters": {"set": "shop"}}}}`
	for _, test := range []struct {
		name, generators string
		sets             []string // nil for an ApplicationSet that does not use it
		requeue          time.Duration
	}{
		{"one set", `[` + plugin + `]`, []string{"shop"}, time.Minute},
		{"the set twice", `[` + plugin + `,` + plugin + `]`, []string{"shop"}, time.Minute},
		{"in a matrix", `[{"matrix": {"generators": [{"list": {}}, ` + plugin + `]}}]`, []string{"shop"}, time.Minute},
		{"no set, no interval", `[{"plugin": {"configMapRef": {"name": "previewset"}}}]`, []string{""}, 30 * time.Minute},
		{"two intervals", `[` + plugin + `,{"plugin": {"configMapRef": {"name": "previewset"}, "requeueAfterSeconds": 900}}]`, []string{"shop", ""}, 15 * time.Minute},
		{"odd interval", `[{"plugin": {"configMapRef": {"name": "previewset"}, "requeueAfterSeconds": "x"}}]`, []string{""}, 30 * time.Minute},
		{"huge interval", `[{"plugin": {"configMapRef": {"name": "previewset"}, "requeueAfterSeconds": 1e300}}]`, []string{""}, 1e9 * time.Second},
		{"a number as the set", `[` + strings.Replace(plugin, `"shop"`, "2048", 1) + `]`, []string{}, time.Minute},
		{"another plugin", `[{"plugin": {"configMapRef": {"name": "other"}}}]`, nil, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			found := read(t, appSet(t, "a", test.generators))
			if (len(found) == 1) != (test.sets != nil) {
				t.Fatalf("got %+v, want the sets %q", found, test.sets)
			}
			for _, a := range found {
				if a.Name != "a" || !slices.Equal(a.Sets, test.sets) || a.NotText != (len(test.sets) == 0) || a.Requeue != test.requeue {
					t.Errorf("got %+v, want the sets %q and %s", a, test.sets, test.requeue)
				}
			}
		})
	}
}
