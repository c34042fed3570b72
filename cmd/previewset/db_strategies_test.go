package main

import (
	"strings"
	"testing"

	"github.com/previewset/previewset/internal/database"
	"github.com/previewset/previewset/kustomize"
)

// TestDBCreateStrategies asks db create for every strategy of the configuration: it
// has those whose databases Jobs of the administration namespace make.
func TestDBCreateStrategies(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	known := map[database.Strategy]bool{database.StrategySchema: true, database.StrategyDatabase: true, database.StrategySnapshot: true}
	for _, s := range kustomize.DatabaseStrategies() {
		t.Run(s.Engine+"/"+s.Name, func(t *testing.T) {
			// Without a kubeconfig, it fails as soon as the flags are checked.
			status, _, stderr := f.db(createArgs("none", "--engine="+s.Engine, "--strategy="+s.Name, "--template=shop")...)
			if refused := status == statusUsage && strings.Contains(stderr, "--strategy"); refused == s.Admin {
				t.Errorf("got %d %s", status, stderr)
			}
			if known[database.Strategy(s.Name)] != s.Admin {
				t.Errorf("servers know it: %v", known[database.Strategy(s.Name)])
			}
		})
	}
}
