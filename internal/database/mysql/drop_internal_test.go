package mysql

import (
	"testing"

	"github.com/previewset/previewset/internal/database"
)

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
