package spelling_test

import (
	"strings"
	"testing"

	"github.com/previewset/previewset/internal/spelling"
)

func TestEnumerate(t *testing.T) {
	t.Parallel()
	for _, want := range []string{"", "a", "a and b", "a, b and c"} {
		names := strings.FieldsFunc(strings.ReplaceAll(want, " and ", ","), func(r rune) bool { return r == ',' || r == ' ' })
		if got := spelling.Enumerate(names, "and"); got != want {
			t.Errorf("Enumerate(%q) = %q, want %q", names, got, want)
		}
	}
}
