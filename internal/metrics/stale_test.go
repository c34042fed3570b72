package metrics_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/previewset/previewset/generator"
)

// A series without a cause disappears. Series of other sets stay.
func TestSeriesWithoutCauseDisappear(t *testing.T) {
	t.Parallel()
	always := []string{"previews", "previews_held", "snapshot_age_seconds"}
	for _, state := range generator.States() {
		always = append(always, "changes "+string(state))
	}
	for _, test := range []struct {
		name   string
		events func(r *registry, set string)
		want   []string // series of the set shop, without the set's label
	}{
		{"reason", func(r *registry, set string) {
			r.Snapshot(snapshot(set, r.now, 1, 1, generator.ReasonDraft, generator.ReasonLabel, generator.ReasonLabel))
			if set == "shop" {
				r.Snapshot(snapshot(set, r.now, 1, 1, generator.ReasonLabel))
			}
		}, append(slices.Clone(always), "changes_dropped label")},
		{"all reasons", func(r *registry, set string) {
			r.Snapshot(snapshot(set, r.now, 1, 1, generator.ReasonDraft))
			if set == "shop" {
				r.Snapshot(snapshot(set, r.now, 0, 0))
			}
		}, always},
		{"overlay", func(r *registry, set string) {
			r.Snapshot(failing(set, r.now, "a.yaml", "b.yaml", "b.yaml"))
			if set == "shop" {
				r.Snapshot(failing(set, r.now, "b.yaml"))
			}
		}, append(slices.Clone(always), "overlays_failing b.yaml")},
		{"all overlays", func(r *registry, set string) {
			r.Snapshot(failing(set, r.now, "a.yaml"))
			if set == "shop" {
				r.Snapshot(failing(set, r.now))
			}
		}, always},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r, alone := newRegistry(), newRegistry()
			test.events(alone, "web")
			test.events(r, "web")
			test.events(r, "shop")
			got := r.series(t)
			for name, value := range alone.series(t) {
				if got[name] != value {
					t.Errorf("got %v for %s of the other set, want %v", got[name], name, value)
				}
				delete(got, name)
			}
			for _, want := range test.want {
				name, label, _ := strings.Cut(want, " ")
				found := 0
				for series, value := range got {
					if strings.HasPrefix(series, name+"{") && (label == "" || strings.Contains(series, `="`+label+`"`)) {
						found++
						delete(got, series)
						if label != "" && name != "changes" && value != 1 {
							t.Errorf("got %v for %s, want 1", value, series)
						}
					}
				}
				if found != 1 {
					t.Errorf("got %d series of %s, want 1", found, want)
				}
			}
			if len(got) > 0 {
				t.Errorf("got stale series\n%s", lines(got))
			}
		})
	}
}

// A set that is removed from the configuration leaves no series of any metric.
func TestForgetRemovesEachSeriesOfSet(t *testing.T) {
	t.Parallel()
	for _, test := range valueTests() {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r := newRegistry()
			test.event(r)
			want := maps.Clone(test.want)
			maps.DeleteFunc(want, func(name string, _ float64) bool { return strings.Contains(name, `set="shop"`) })
			r.Forget("shop")
			r.Forget("unknown")
			r.check(t, want)
		})
	}
}

// A set that is configured again starts from zero.
func TestForgottenSetStartsFromZero(t *testing.T) {
	t.Parallel()
	r := newRegistry()
	r.Synced("shop", time.Second, true, true)
	r.Forget("shop")
	r.Synced("shop", 3*time.Second, false, true)
	r.check(t, syncs(1, 3, 0, 1))
}

func TestLabelsOfFaultsAreCutAt160Bytes(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, text, want string }{
		{"at the bound", strings.Repeat("x", 160), strings.Repeat("x", 160)},
		{"one byte more", strings.Repeat("x", 161), strings.Repeat("x", 160)},
		{"character across the bound", strings.Repeat("x", 159) + "é", strings.Repeat("x", 159)},
		{"character before the bound", strings.Repeat("x", 158) + "éx", strings.Repeat("x", 158) + "é"},
		{"line break", "first\nsecond", "first"},
		{"control character", "a\tb", "a\ufffdb"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r := newRegistry()
			r.Snapshot(failing("shop", r.now, test.text))
			found := false
			for name := range r.series(t) {
				found = found || strings.Contains(name, `="`+test.want+`"`)
			}
			if !found {
				t.Errorf("got series\n%s\nwant the label %q", lines(r.series(t)), test.want)
			}
		})
	}
}
