package mysql

import (
	"testing"

	"github.com/previewset/previewset/internal/database"
)

// The general remedy is only for sessions that are not known.
func TestDescribeHolders(t *testing.T) {
	t.Parallel()
	const holds = "a session of another user holds locks: "
	for want, holders := range map[string][]holder{
		holds + "find it with SHOW PROCESSLIST, and end it with KILL":                                                                                 nil,
		holds + "if it is session 47 of ann, which uses the database, run KILL 47; if it is session 48 of root, which uses the database, run KILL 48": {{47, "ann"}, {48, "root"}},
	} {
		if got := describeHolders(holders); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestForeignDatabases(t *testing.T) {
	t.Parallel()
	previews := []database.Object{{Name: "shop_pr_4"}, {Name: "shop_pr_5"}}
	for name, want := range map[string]bool{
		"shop_pr_4": false, "shop_pr_5": false, "shop_pr_6": true, "SHOP_PR_4": true, "orders": true, "test": true,
		"information_schema": false, "performance_schema": false, "mysql": false, "sys": false, "previewset": false,
	} {
		if got := isForeign(name, previews); got != want {
			t.Errorf("%s: got %t, want %t", name, got, want)
		}
	}
}
