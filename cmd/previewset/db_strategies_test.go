package main

import (
	"strings"
	"testing"

	"github.com/previewset/previewset/internal/database"
	"github.com/previewset/previewset/kustomize"
)

// TestDBCreateStrategies runs db create with every strategy of the configuration. It
// must accept the strategies whose databases Jobs in the administration namespace create.
func TestDBCreateStrategies(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	known := map[database.Strategy]bool{database.StrategySchema: true, database.StrategyDatabase: true, database.StrategySnapshot: true}
	for _, s := range kustomize.DatabaseStrategies() {
		t.Run(s.Engine+"/"+s.Name, func(t *testing.T) {
			// The kubeconfig does not exist, so the command fails after it checks the flags.
			template := ""
			if s.Name == string(database.StrategySnapshot) {
				template = "shop"
			}
			status, _, stderr := f.db(createArgs("none", "--engine="+s.Engine, "--strategy="+s.Name, "--template="+template)...)
			if refused := status == statusUsage && strings.Contains(stderr, "--strategy"); refused == s.Admin {
				t.Errorf("got %d %s", status, stderr)
			}
			if known[database.Strategy(s.Name)] != s.Admin {
				t.Errorf("database servers support it: got %v", known[database.Strategy(s.Name)])
			}
		})
	}
}
