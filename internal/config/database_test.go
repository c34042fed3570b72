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
