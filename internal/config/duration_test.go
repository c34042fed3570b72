package config_test

import (
	"math"
	"testing"
	"time"

	"github.com/previewset/previewset/internal/config"
)

func TestDurationsWithDays(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]struct {
		duration time.Duration
		printed  string
	}{
		"0": {0, "0s"}, "0s": {0, "0s"}, "0d": {0, "0s"}, "90s": {90 * time.Second, "1m30s"}, "60s": {time.Minute, "1m"},
		"1h": {time.Hour, "1h"}, "1h30m": {90 * time.Minute, "1h30m"}, "1h1s": {time.Hour + time.Second, "1h0m1s"}, "10m": {10 * time.Minute, "10m"},
		"23h59m": {24*time.Hour - time.Minute, "23h59m"}, "24h": {24 * time.Hour, "1d"}, "3d": {72 * time.Hour, "3d"}, "72h": {72 * time.Hour, "3d"},
		"1d12h": {36 * time.Hour, "1d12h"}, "1.5d": {36 * time.Hour, "1d12h"}, ".5d": {12 * time.Hour, "12h"}, "1d.5h": {24*time.Hour + 30*time.Minute, "1d30m"},
		"1d1ms": {24*time.Hour + time.Millisecond, "1d1ms"}, "-3d": {-72 * time.Hour, "-3d"}, "+3d": {72 * time.Hour, "3d"}, "-1h": {-time.Hour, "-1h"},
		"-1d12h": {-36 * time.Hour, "-1d12h"}, "106751d": {106751 * 24 * time.Hour, "106751d"}, "5us": {5 * time.Microsecond, "5µs"},
	} {
		got, err := config.ParseDuration(text)
		if err != nil || time.Duration(got) != want.duration || got.String() != want.printed {
			t.Errorf("%q: got %d, %v, printed as %s, want %d, printed as %s", text, got, err, got, want.duration, want.printed)
		}
		if again, err := config.ParseDuration(got.String()); err != nil || again != got {
			t.Errorf("%q is printed as %s: got %d, %v, want the same duration", text, got, again, err)
		}
	}
	for _, text := range []string{
		"", "d", "3", "3D", "3 d", " 3d", "3d ", "d3", "12h1d", "1d-1h", "1d+1h", "--1d", "1d2d", "1w", "1e3d", ".d", "-", "1dd", "1d1", "3days", "106752d", "999999999999999999999d",
		"106751d24h", "1_0d", "٣d",
	} {
		if got, err := config.ParseDuration(text); err == nil {
			t.Errorf("%q: got %s, want an error", text, got)
		}
	}
	if got := config.Duration(math.MinInt64).String(); got[0] != '-' {
		t.Errorf("got %s for the shortest duration, want a negative one", got)
	}
}
