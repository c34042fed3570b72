package overlays_test

import (
	"strings"
	"testing"
)

// TestOverlaysChangeAllResources checks that the bases have the number of resources that
// the benchmarks report, and that an overlay changes all of them.
func TestOverlaysChangeAllResources(t *testing.T) {
	for _, resources := range []int{6, 60} {
		base := load(t, baseOf(resources))
		p := preview(7, 0)
		o, err := base.Render(t.Context(), p, dirOf(p))
		if err != nil {
			t.Fatal(err)
		}
		out, err := base.Build(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		for text, want := range map[string]int{
			"\nkind: ":                              resources + 2, // the Namespace and the ConfigMap of the preview
			"host: " + p.Host:                       resources/6 + 1,
			"value: " + p.DBSchema:                  resources / 6 * 2,
			"image: ghcr.io/acme/shop:" + p.HeadSHA: resources / 6 * 2,
			"acme.dev/team: shop":                   resources + 2 + resources/6,
		} {
			if got := strings.Count(string(out), text); got != want {
				t.Errorf("base of %d resources: output has %q %d times, want %d", resources, text, got, want)
			}
		}
	}
}
