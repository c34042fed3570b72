package main

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/applications"
	"github.com/previewset/previewset/internal/argocd"
	"github.com/previewset/previewset/internal/wiring"
)

// maxApplications bounds the time to read Applications once.
const maxApplications = 15 * time.Second

// applicationsOf returns the Applications of a set at one time.
type applicationsOf func(set string) generator.Applications

// noApplications is for a configuration without Argo CD, and for commands that need none.
func noApplications(string) generator.Applications { return generator.Applications{} }

// readApplications reads the Applications of the planned sets. Those that can't be read have
// a problem.
func (f *flags) readApplications(ctx context.Context, parts *wiring.Parts, sets []plannedSet) applicationsOf {
	if parts.Config.ArgoCD == nil || parts.Repository == nil {
		return noApplications
	}
	defer f.t.working(ctx, "reading Applications")()
	w, err := readOnce(ctx, parts)
	all := map[string]generator.Applications{}
	for _, set := range sets {
		if set.err != nil || set.Overlay == nil {
			continue
		}
		apps := generator.Applications{Watched: true}
		if err == nil {
			apps = w.Of(set.Name)
		} else {
			apps.Problem = fmt.Sprintf("%v: the states live, syncing and failing are not known; a running service (--server) may know them", err)
		}
		followed, err := parts.Repository.Follow(ctx, set.outcome.Snapshot, apps)
		if err != nil {
			followed.Problem = fmt.Sprintf("those that follow a branch can't be compared with their entries: %v", err)
		}
		all[set.Name] = followed
	}
	return func(set string) generator.Applications { return all[set] }
}

// readOnce returns a watcher that has read the Applications, or that has a problem.
func readOnce(ctx context.Context, parts *wiring.Parts) (*applications.Watcher, error) {
	c := parts.Config
	cluster, err := argocd.Connect(c.ArgoCD.KubeconfigFile)
	if err != nil {
		return nil, err
	}
	changed := make(chan struct{}, 1)
	w, err := applications.New(cluster, applications.Options{
		Namespace: c.ArgoCD.Namespace, RepoURL: parts.Repository.URL(), Path: c.GitOps.Path, Log: slog.New(slog.DiscardHandler),
		Changed: func([]string) {
			select {
			case changed <- struct{}{}:
			default: // it is already known
			}
		},
	})
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, maxApplications)
	defer cancel()
	go w.Run(ctx)
	for {
		if slices.ContainsFunc(parts.Overlays(), func(set string) bool { apps := w.Of(set); return apps.Known || apps.Problem != "" }) {
			return w, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil, fmt.Errorf("the Applications were not read within %s", maxApplications)
		}
	}
}
