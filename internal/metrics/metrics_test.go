package metrics_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/metrics"
)

// The labels of faults hold text from repositories.
func TestOverlaysSanitizesLabels(t *testing.T) {
	registry := prometheus.NewRegistry()
	m := metrics.New(registry, time.Now, "v1.2.3")
	hostile := "a\x1b[31m\u009b\u202e\x00\xff" + strings.Repeat("é", 1000)
	hostileFiles := failing("shop", time.Now(), hostile, "base/x.yaml", "first\nsecond")
	m.Snapshot(hostileFiles, generator.Statuses(hostileFiles, generator.Applications{}))
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, family := range families {
		if family.GetName() != "previewset_overlays_failing" {
			continue
		}
		for _, metric := range family.GetMetric() {
			for _, label := range metric.GetLabel() {
				value := label.GetValue()
				if len(value) > 160 || !utf8.ValidString(value) || strings.ContainsAny(value, "\x1b\u009b\u202e\x00\n") {
					t.Errorf("label %s is %q", label.GetName(), value)
				}
				if value == "first" || value == "base/x.yaml" {
					seen++
				}
			}
		}
	}
	if seen != 2 {
		t.Errorf("got %d harmless labels unchanged, want 2", seen)
	}
}

// A fault in the entry of each preview does not cost a series for each preview.
func TestSeriesOfFailingFilesAreBounded(t *testing.T) {
	t.Parallel()
	r := newRegistry()
	var files []string
	for i := range 500 {
		files = append(files, fmt.Sprintf("previews/shop/pr-%03d", i), "base/a.yaml")
	}
	r.Snapshot(failing("shop", r.now, files...))
	series, sum := 0, 0.0
	for name, value := range r.series(t) {
		if strings.HasPrefix(name, "overlays_failing{") {
			series++
			sum += value
		}
	}
	if all := r.series(t); series > 21 || sum != 1000 || all[`overlays_failing{file="base/a.yaml",reason="build",set="shop"}`] != 500 {
		t.Errorf("got %d series with %v overlays, %v", series, sum, all)
	}
}

// A forge sends the name of a rate limit in a header, which can have any bytes.
func TestNameOfRateLimitIsBounded(t *testing.T) {
	t.Parallel()
	r := newRegistry()
	for _, resource := range []string{"\xff", "", "Core", "core\n", strings.Repeat("a", 41), "integration_manifest"} {
		r.RateLimit("shop", resource, 1, 2)
	}
	r.check(t, map[string]float64{
		`forge_rate_limit_remaining{resource="other",set="shop"}`: 1, `forge_rate_limit{resource="other",set="shop"}`: 2,
		`forge_rate_limit_remaining{resource="integration_manifest",set="shop"}`: 1, `forge_rate_limit{resource="integration_manifest",set="shop"}`: 2,
	})
}

// A preview that keeps its names is not held: its change is selected.
func TestPreviewThatKeepsItsNamesIsNotHeld(t *testing.T) {
	t.Parallel()
	r := newRegistry()
	s := snapshot("shop", r.now, 2, 1)
	s.Previews[1].Held.Reason = generator.ReasonName
	r.Snapshot(s)
	if all := r.series(t); all[`previews_held{set="shop"}`] != 1 || all[`changes{set="shop",state="held"}`] != 1 {
		t.Errorf("got %v held previews and %v held changes, want 1", all[`previews_held{set="shop"}`], all[`changes{set="shop",state="held"}`])
	}
}
