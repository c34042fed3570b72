package config_test

import (
	"strings"
	"testing"

	"github.com/previewset/previewset/internal/config"
	"github.com/previewset/previewset/kustomize"
)

// TestReservedParametersAreRefused gives a set, and a variant, each parameter that
// every preview has. Only flags is accepted.
func TestReservedParametersAreRefused(t *testing.T) {
	t.Parallel()
	for _, key := range append(kustomize.ReservedParameters(), "service", "idx", "sources") {
		want := key == "flags" || key == "service" || key == "idx" || key == "sources"
		problem := "parameters." + key + ": every preview already has this parameter"
		for _, keys := range []string{"  parameters: {" + key + ": a=on}\n", "  variants: [{name: a, parameters: {" + key + ": a=on}}]\n"} {
			_, err := config.Parse("config.yaml", []byte(withSetKeys(keys)))
			if (err == nil) != want || err != nil && !strings.Contains(err.Error(), problem) {
				t.Errorf("%s: got %v, want valid: %t", key, err, want)
			}
		}
	}
}

// TestBoundsOfParameters tries parameters at each bound, and one beyond it.
func TestBoundsOfParameters(t *testing.T) {
	t.Parallel()
	many := func(n int) string {
		var keys strings.Builder
		for i := range n {
			keys.WriteString("p" + strings.Repeat("x", i) + ": v, ")
		}
		return keys.String()
	}
	for name, keys := range map[string]func(n int) string{
		"50 parameters":         func(n int) string { return many(50 + n) },
		"1024 bytes of a value": func(n int) string { return "x: " + strings.Repeat("y", 1024+n) },
		"63 bytes of a name":    func(n int) string { return strings.Repeat("x", 63+n) + ": y" },
	} {
		for n, want := range []bool{true, false} {
			_, err := config.Parse("config.yaml", []byte(withSetKeys("  parameters: {"+keys(n)+"}\n")))
			if (err == nil) != want {
				t.Errorf("%s and %d: got %v, want valid: %t", name, n, err, want)
			}
		}
	}
}
