package config_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/previewset/previewset/internal/config"
	"github.com/previewset/previewset/kustomize"
)

// TestKeysOfDatabases gives every strategy each of the keys that some use, and all of
// its own.
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
					t.Errorf("%s: %v", key, err)
				}
			}
			if db := parse(t, withOverlayKeys(own+"}")).Sets[0].Overlay.Database; db.AdminSide() != s.Admin {
				t.Errorf("Jobs make it: %v", db.AdminSide())
			}
			_, err := config.Parse("config.yaml", []byte(withOverlayKeys(database+"}")))
			if (err != nil) != (len(s.Required) > 0) {
				t.Errorf("without its keys: %v", err)
			}
			chosen := parse(t, withOverlayKeys("database: {engine: "+s.Engine+"}")).Sets[0].Overlay.Database.Strategy
			if (chosen == s.Name) != s.Default {
				t.Errorf("%s has %s by default", s.Engine, chosen)
			}
		})
	}
}
