package spelling_test

import (
	"testing"

	"github.com/previewset/previewset/internal/spelling"
)

func TestDistance(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		a, b string
		want int
	}{
		{"", "", 0},
		{"", "host", 4},
		{"host", "host", 0},
		{"hosts", "host", 1},
		{"hots", "host", 1}, // neighbours
		{"most", "host", 1},
		{"kitten", "sitting", 3},
		{"añadir", "anadir", 1},
		{"ca", "abc", 3},
	} {
		if got := spelling.Distance(test.a, test.b); got != test.want {
			t.Errorf("Distance(%q, %q) = %d, want %d", test.a, test.b, got, test.want)
		}
		if got := spelling.Distance(test.b, test.a); got != test.want {
			t.Errorf("Distance(%q, %q) = %d, want %d", test.b, test.a, got, test.want)
		}
	}
}
