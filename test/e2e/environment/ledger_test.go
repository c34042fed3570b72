package environment_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/previewset/previewset/test/e2e/environment"
)

// An allowance permits one later deletion of an Application with its name.
func TestLedgerReportsUnexpectedDeletions(t *testing.T) {
	for name, test := range map[string]struct {
		run  func(*environment.Ledger)
		want []string // the names of unexpected deletions
	}{
		"none":                {func(*environment.Ledger) {}, nil},
		"allowed":             {func(l *environment.Ledger) { l.Allow("a"); l.Deleted("1", "a") }, nil},
		"not allowed":         {func(l *environment.Ledger) { l.Deleted("1", "a") }, []string{"a"}},
		"another name":        {func(l *environment.Ledger) { l.Allow("b"); l.Deleted("1", "a") }, []string{"a"}},
		"allowed afterwards":  {func(l *environment.Ledger) { l.Deleted("1", "a"); l.Allow("a") }, []string{"a"}},
		"reported repeatedly": {func(l *environment.Ledger) { l.Allow("a"); l.Deleted("1", "a"); l.Deleted("1", "a") }, nil},
		"twice":               {func(l *environment.Ledger) { l.Allow("a"); l.Deleted("1", "a"); l.Deleted("2", "a") }, []string{"a"}},
		"allowed twice":       {func(l *environment.Ledger) { l.Allow("a", "a"); l.Deleted("1", "a"); l.Deleted("2", "a") }, nil},
		"two of three": {func(l *environment.Ledger) {
			l.Allow("b")
			l.Deleted("1", "a")
			l.Deleted("2", "b")
			l.Deleted("3", "c")
		}, []string{"a", "c"}},
	} {
		t.Run(name, func(t *testing.T) {
			l := environment.NewLedger()
			for uid, name := range []string{"a", "a", "b"} {
				l.Exists(fmt.Sprint(uid+10), name)
			}
			test.run(l)
			got := l.Unexpected()
			if len(got) != len(test.want) {
				t.Fatalf("unexpected deletions: got %q, want %q", got, test.want)
			}
			for i, name := range test.want {
				if !strings.HasPrefix(got[i], name+",") {
					t.Errorf("unexpected deletions: got %q, want %q", got, test.want)
				}
			}
		})
	}
}
