package forgetest

import (
	"errors"
	"testing"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/forge"
)

func deploymentChecks() map[string]func(*testing.T, DeploymentServer) {
	return map[string]func(*testing.T, DeploymentServer){
		"deployments have their newest state":       checkDeployment,
		"deployments are found":                     checkFoundDeployments,
		"a deployment of a missing commit":          checkMissingDeployment,
		"deployments with denied credentials":       checkDeniedDeployment,
		"deployments after the repository's rename": checkRenamedDeployment,
	}
}

func deployer(t *testing.T, s DeploymentServer) forge.Deployer {
	t.Helper()
	d, ok := s.Feedback(t).(forge.Deployer)
	if !ok {
		t.Fatal("the feedback is no forge.Deployer")
	}
	return d
}

func deploy(t *testing.T, d forge.Deployer, environment, commit string) string {
	t.Helper()
	id, err := d.CreateDeployment(t.Context(), forge.Deployment{Environment: environment, Commit: commit})
	if err != nil || id == "" {
		t.Fatalf("deploy %s: got %q, %v, want an ID", commit, id, err)
	}
	return id
}

func deployments(t *testing.T, d forge.Deployer, environment string) []forge.Deployment {
	t.Helper()
	found, err := d.Deployments(t.Context(), environment)
	if err != nil {
		t.Fatalf("deployments to %s: %v", environment, err)
	}
	return found
}

func checkDeployment(t *testing.T, s DeploymentServer) {
	commit := s.Head(s.OpenPull())
	d := deployer(t, s)
	const environment = "preview/pr-1 (shop)"
	id := deploy(t, d, environment, commit)
	if got := deployments(t, d, environment); len(got) != 1 || got[0] != (forge.Deployment{ID: id, Environment: environment, Commit: commit}) {
		t.Errorf("new: got %+v, want a deployment without a state", got)
	}
	for _, state := range []forge.StatusState{forge.StatusPending, forge.StatusSuccess, forge.StatusFailure, forge.StatusSuccess, forge.StatusInactive} {
		want := forge.DeploymentStatus{State: state, Description: "is " + string(state), URL: "https://pr-1.acme.dev"}
		if err := d.SetDeployment(t.Context(), id, want); err != nil {
			t.Errorf("%s: %v", state, err)
		}
		if got := deployments(t, deployer(t, s), environment); len(got) != 1 || got[0].DeploymentStatus != want {
			t.Errorf("%s: got %+v, want %+v", state, got, want)
		}
	}
}

// Deployments of others, and to other environments, are not found.
func checkFoundDeployments(t *testing.T, s DeploymentServer) {
	first, second := s.Head(s.OpenPull()), s.Head(s.OpenPull())
	d := deployer(t, s)
	s.PageLimit(3)
	older := deploy(t, d, "pr-1", first)
	deploy(t, d, "pr-2", first)
	for range 7 {
		s.Deploy("pr-1", second)
	}
	newer := deploy(t, d, "pr-1", second)
	if err := d.SetDeployment(t.Context(), newer, forge.DeploymentStatus{State: forge.StatusSuccess}); err != nil {
		t.Fatal(err)
	}
	got := deployments(t, d, "pr-1")
	if len(got) != 2 || got[0].ID != newer || got[0].Commit != second || got[0].State != forge.StatusSuccess || got[1].ID != older || got[1].State != "" {
		t.Errorf("got %+v, want %s and %s, the newest first, with their own states", got, newer, older)
	}
	if got := deployments(t, d, "pr-3"); len(got) != 0 {
		t.Errorf("got %+v, want no deployments", got)
	}
}

func checkMissingDeployment(t *testing.T, s DeploymentServer) {
	d := deployer(t, s)
	if _, err := d.CreateDeployment(t.Context(), forge.Deployment{Environment: "pr-1", Commit: missingCommit}); !errors.Is(err, generator.ErrNotFound) {
		t.Errorf("commit: got %v, want %v", err, generator.ErrNotFound)
	}
	if err := d.SetDeployment(t.Context(), "99999", forge.DeploymentStatus{State: forge.StatusInactive}); !errors.Is(err, generator.ErrNotFound) {
		t.Errorf("deployment: got %v, want %v", err, generator.ErrNotFound)
	}
}

func checkDeniedDeployment(t *testing.T, s DeploymentServer) {
	commit := s.Head(s.OpenPull())
	d := deployer(t, s)
	id := deploy(t, d, "pr-1", commit)
	s.Deny()
	_, err := d.CreateDeployment(t.Context(), forge.Deployment{Environment: "pr-1", Commit: commit})
	refused(t, "create", err, generator.ErrUnauthorized, "Deployments: write")
	err = d.SetDeployment(t.Context(), id, forge.DeploymentStatus{State: forge.StatusSuccess})
	refused(t, "set", err, generator.ErrUnauthorized, "Deployments: write")
}

func checkRenamedDeployment(t *testing.T, s DeploymentServer) {
	commit := s.Head(s.OpenPull())
	d := deployer(t, s)
	s.Rename()
	id := deploy(t, d, "pr-1", commit)
	if err := d.SetDeployment(t.Context(), id, forge.DeploymentStatus{State: forge.StatusSuccess}); err != nil {
		t.Error(err)
	}
	if got := deployments(t, d, "pr-1"); len(got) != 1 || got[0].State != forge.StatusSuccess {
		t.Errorf("got %+v, want the deployment", got)
	}
}
