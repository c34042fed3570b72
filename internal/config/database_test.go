package config_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/previewset/previewset/internal/config"
	"github.com/previewset/previewset/kustomize"
)

// TestParseChecksDatabaseKeys sets, for every strategy, each key that some strategies
// use, and then all keys that the strategy uses.
func TestParseChecksDatabaseKeys(t *testing.T) {
	values := map[string]string{"adminSecret": "pg", "name": "shop", "open": "[shop]", "storage": "1Gi", "template": "shop"}
	for _, s := range kustomize.DatabaseStrategies() {
		t.Run(s.Engine+"/"+s.Name, func(t *testing.T) {
			database := "database: {engine: " + s.Engine + ", strategy: " + s.Name
			own := database
			for key, value := range values {
				used := slices.Contains(s.Keys, key)
				if used {
					own += ", " + key + ": " + value
				}
				_, err := config.Parse("config.yaml", []byte(withOverlayKeys(database+", "+key+": "+value+"}")))
				if unused := err != nil && strings.Contains(err.Error(), "database."+key+": the strategy"); unused == used {
					t.Errorf("%s: got %v, want it to be used: %v", key, err, used)
				}
			}
			if db := parse(t, withOverlayKeys(own+"}")).Sets[0].Overlay.Database; db.AdminSide() != s.Admin {
				t.Errorf("got AdminSide %v, want %v", db.AdminSide(), s.Admin)
			}
			_, err := config.Parse("config.yaml", []byte(withOverlayKeys(database+"}")))
			if (err != nil) != (len(s.Required) > 0) {
				t.Errorf("without keys: got %v, want the required keys %v", err, s.Required)
			}
			chosen := parse(t, withOverlayKeys("database: {engine: "+s.Engine+"}")).Sets[0].Overlay.Database.Strategy
			if (chosen == s.Name) != s.Default {
				t.Errorf("engine %s: got default strategy %s", s.Engine, chosen)
			}
		})
	}
}

// The previews of all sets with a database on the same server count.
func TestDatabasePreviews(t *testing.T) {
	set := func(name, overlay, limits string) string {
		return "- {name: " + name + ", source: {git: {url: 'https://git.acme.dev/shop.git'}}, select: {branches: {include: ['*']}}, limits: {" + limits + "}, overlay: {base: apps, " + overlay + "}}\n"
	}
	const postgres = "adminNamespace: admin, database: {engine: postgres}"
	head := strings.Split(withSetKeys(""), "sets:\n")[0] + "sets:\n" + set("shop", postgres, "previews: 5")
	for _, test := range []struct {
		name, sets string
		want       int
	}{
		{"one", "", 5},
		{"same server", set("b", "adminNamespace: admin, database: {engine: postgres, strategy: database, adminSecret: database-admin}", "previews: 7"), 12},
		{"without a limit", set("b", postgres, ""), 0},
		{"another engine", set("b", "adminNamespace: admin, database: {engine: mysql}", ""), 5},
		{"another Secret", set("b", "adminNamespace: admin, database: {engine: postgres, adminSecret: other}", ""), 5},
		{"another namespace", set("b", "adminNamespace: other, database: {engine: postgres}", ""), 5},
		{"own servers", set("b", "database: {engine: postgres, strategy: cloudnative-pg}", ""), 5},
		{"no database", set("b", "adminNamespace: admin", ""), 5},
	} {
		c := parse(t, head+test.sets)
		if got := c.DatabasePreviews(c.Sets[0]); got != test.want {
			t.Errorf("%s: got %d, want %d", test.name, got, test.want)
		}
	}
	own := parse(t, head+set("b", "database: {engine: postgres, strategy: cloudnative-pg}", "previews: 3"))
	if got := own.DatabasePreviews(own.Sets[1]); got != 0 {
		t.Errorf("cloudnative-pg: got %d, want 0", got)
	}
}
