package world_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/previewset/previewset/test/e2e/world"
)

// TestLedger expects that a deletion is found unless it was allowed, by name,
// before, and for once.
func TestLedger(t *testing.T) {
	for name, test := range map[string]struct {
		run  func(*world.Ledger)
		want []string // the names of unexpected deletions
	}{
		"none":                {func(*world.Ledger) {}, nil},
		"allowed":             {func(l *world.Ledger) { l.Allow("a"); l.Deleted("1", "a") }, nil},
		"not allowed":         {func(l *world.Ledger) { l.Deleted("1", "a") }, []string{"a"}},
		"another's":           {func(l *world.Ledger) { l.Allow("b"); l.Deleted("1", "a") }, []string{"a"}},
		"afterwards":          {func(l *world.Ledger) { l.Deleted("1", "a"); l.Allow("a") }, []string{"a"}},
		"reported repeatedly": {func(l *world.Ledger) { l.Allow("a"); l.Deleted("1", "a"); l.Deleted("1", "a") }, nil},
		"twice":               {func(l *world.Ledger) { l.Allow("a"); l.Deleted("1", "a"); l.Deleted("2", "a") }, []string{"a"}},
		"allowed twice":       {func(l *world.Ledger) { l.Allow("a", "a"); l.Deleted("1", "a"); l.Deleted("2", "a") }, nil},
		"two of three": {func(l *world.Ledger) {
			l.Allow("b")
			l.Deleted("1", "a")
			l.Deleted("2", "b")
			l.Deleted("3", "c")
		}, []string{"a", "c"}},
	} {
		t.Run(name, func(t *testing.T) {
			l := world.NewLedger()
			for uid, name := range []string{"a", "a", "b"} {
				l.Seen(fmt.Sprint(uid+10), name)
			}
			test.run(l)
			got := l.Unexpected()
			if len(got) != len(test.want) {
				t.Fatalf("unexpected are %q, want those of %q", got, test.want)
			}
			for i, name := range test.want {
				if !strings.HasPrefix(got[i], name+",") {
					t.Errorf("unexpected are %q, want those of %q", got, test.want)
				}
			}
		})
	}
}
