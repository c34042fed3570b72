package service

import (
	"context"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/argocd"
	"github.com/previewset/previewset/internal/config"
)

// maxOptions bounds one read of the ApplicationSets.
const maxOptions = time.Minute

// newSetup prepares access to the ApplicationSets. It does not connect. It returns nil if
// Argo CD is not configured.
func newSetup(a *config.ArgoCD) (*argocd.Setup, error) {
	if a == nil {
		return nil, nil //nolint:nilnil // there is nothing to read
	}
	cluster, err := argocd.Connect(a.KubeconfigFile)
	if err != nil {
		return nil, err
	}
	return argocd.NewSetup(cluster, argocd.Options{Namespace: a.Namespace, ConfigMap: a.ConfigMap})
}

// options returns the warnings about options of the ApplicationSets, by set. The observer
// refresh also lists them, and reports a cluster that does not answer.
func (s *syncer) options(ctx context.Context) (map[string][]generator.Warning, error) {
	if s.setup == nil {
		return nil, nil
	}
	ctx, cancel := context.WithTimeout(ctx, maxOptions)
	defer cancel()
	all, err := s.setup.ApplicationSets(ctx)
	if err != nil {
		return nil, err
	}
	warnings := map[string][]generator.Warning{}
	for _, set := range s.parts.Config.Sets {
		if found := optionWarnings(set, all); len(found) > 0 {
			warnings[set.Name] = found
		}
	}
	return warnings, nil
}

func optionWarnings(set config.Set, all []argocd.ApplicationSet) (warnings []generator.Warning) {
	users := argocd.Users(all, set.Name)
	if shared, several := argocd.SharedWarning(set.Name, users); several {
		warnings = append(warnings, shared)
	}
	for _, a := range users {
		warnings = append(warnings, a.Warnings(set.DropsDatabases())...)
	}
	return generator.SortWarnings(warnings)
}
