package metrics_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/previewset/previewset/internal/metrics"
)

// The labels of faults hold text from repositories.
func TestOverlaysSanitizesLabels(t *testing.T) {
	registry := prometheus.NewRegistry()
	m := metrics.New(registry, time.Now, "v1.2.3")
	hostile := "a\x1b[31m\u009b\u202e\x00\xff" + strings.Repeat("é", 1000)
	m.Snapshot(failing("shop", time.Now(), hostile, "base/x.yaml", "first\nsecond"))
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
