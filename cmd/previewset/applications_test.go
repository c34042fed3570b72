package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/plugin"
	githubtest "github.com/previewset/previewset/test/fake/github"
	kubetest "github.com/previewset/previewset/test/fake/kube"
)

// explain prints the commit that is live beside the head, and each Application.
func TestExplainPrintsApplications(t *testing.T) {
	t.Parallel()
	head, live := strings.Repeat("a", 40), strings.Repeat("b", 40)
	all := plugin.StatesView{
		Sets: []plugin.SetView{{Set: "shop", Warnings: []generator.Warning{}}},
		Previews: []plugin.StateView{
			{
				Set: "shop", ID: "pr-7", State: generator.StateFailing, Reason: "degraded", Message: "Application argocd/shop-pr-7: no such image",
				Kind: generator.PullRequest, Number: 7, Branch: "dark", HeadSHA: head, CommittedSHA: head, LiveSHA: live,
				Parameters: generator.Params{"id": "pr-7"},
				Applications: []plugin.ApplicationView{
					{Namespace: "argocd", Name: "shop-pr-7", State: generator.StateFailing, Reason: "degraded", Revision: head, Message: "no such\nimage \x1b[31m"},
					{Namespace: "argocd", Name: "west-pr-7", State: generator.StateLive},
				},
			},
			{Set: "shop", ID: "br-x", State: generator.StateRemoving, Reason: generator.ReasonOrphan, Message: "its Application has no entry", Kind: generator.Branch},
		},
	}
	server := statesServer(t, all)
	status, stdout, stderr := ask(t, server.URL, "explain", "7")
	for _, want := range []string{
		"pull request 7 has a preview in set shop: Application argocd/shop-pr-7: no such image", "  state      failing\n", "  head       " + head, "  live       " + live,
		"  argocd     argocd/shop-pr-7 is failing at the revision " + head + ": no such", "  argocd     argocd/west-pr-7 is live\n",
	} {
		if !strings.Contains(stdout, want) {
			t.Errorf("got %d\n%s%s\nwant %q", status, stdout, stderr, want)
		}
	}
	if strings.ContainsRune(stdout, '\x1b') {
		t.Errorf("got a control character in %q", stdout)
	}
	if _, stdout, _ = ask(t, server.URL, "explain", "br-x"); !strings.Contains(stdout, "br-x has no preview in set shop: its Application has no entry") {
		t.Errorf("got %q, want the ID of the preview", stdout)
	}
	if _, stdout, _ = ask(t, server.URL, "explain", "7", "--output", "json"); !strings.Contains(stdout, `"live_sha"`) || !strings.Contains(stdout, `"west-pr-7"`) {
		t.Errorf("got %s, want the fields of the state", stdout)
	}
}

// Applications that can't be read are a warning, and the states are those without Argo CD.
func TestStatesWithoutAccessToArgoCD(t *testing.T) {
	t.Parallel()
	f, forge := newFixture(t), newForge(t)
	f.configure(forge.pullRequestSet(f, "", ""))
	f.setGitOps(fmt.Sprintf("{url: %q}\nargocd: {}", f.gitops.URL()))
	status, stdout, stderr := f.run("list", "--output", "json")
	var all plugin.StatesView
	if err := json.Unmarshal([]byte(stdout), &all); err != nil || status != statusDone {
		t.Fatalf("got %d, %v, %s", status, err, stderr)
	}
	if w := all.Sets[0].Warnings; len(w) != 1 || w[0].Subject != "Applications" || !strings.Contains(w[0].Message, "set argocd.kubeconfigFile") || !strings.Contains(w[0].Message, "--server") {
		t.Errorf("got the warnings %v, want one with the remedy", w)
	}
}

// A service and a command with the configuration report the same state of an Application, from
// its creation to its end.
func TestStatesOfApplicationsEverywhere(t *testing.T) {
	t.Parallel()
	f, forge, api := newFixture(t), newForge(t), kubetest.Start(t)
	apps := api.Applications
	api.Hook(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"kind": "ApplicationSetList", "metadata": {}, "items": []}`)
	})
	forge.repo.OpenPull(githubtest.Pull{})
	f.configure(forge.pullRequestSet(f, "", ""))
	f.setGitOps(fmt.Sprintf("{url: %q}\nargocd: {kubeconfigFile: %s}", f.gitops.URL(), api.Kubeconfig(t)))
	s := f.serve("--prune")
	s.awaitIDs("shop", "pr-1")
	read := func() plugin.StateView {
		t.Helper()
		var all plugin.StatesView
		if err := json.Unmarshal([]byte(f.mustRun("list", "--output", "json")), &all); err != nil || len(all.Previews) != 1 {
			t.Fatalf("got %v, %v, want one preview", all, err)
		}
		return all.Previews[0]
	}
	served := func() plugin.StateView {
		var all plugin.StatesView
		_, body := s.get("/api/v1/previews")
		if json.Unmarshal([]byte(body), &all) != nil || len(all.Previews) != 1 {
			return plugin.StateView{}
		}
		return all.Previews[0]
	}
	first := read()
	revision, path := text(first.Parameters, "revision"), text(first.Parameters, "path")
	if first.State != generator.StateCommitted || first.Reason != generator.ReasonApplication {
		t.Errorf("got %+v, want that the Application is missing", first)
	}
	for _, step := range []struct {
		revision, health string
		want             generator.State
	}{
		{strings.Repeat("0", 40), "Healthy", generator.StateSyncing}, {revision, "Degraded", generator.StateFailing}, {revision, "Healthy", generator.StateLive},
	} {
		apps.Put(kubetest.Object{
			"metadata": kubetest.Object{"name": "shop-pr-1", "namespace": "argocd", "uid": "u"},
			"spec":     kubetest.Object{"source": kubetest.Object{"repoURL": f.gitops.URL(), "path": path, "targetRevision": step.revision}},
			"status": kubetest.Object{
				"sync": kubetest.Object{"status": "Synced", "revision": step.revision}, "health": kubetest.Object{"status": step.health},
				"operationState": kubetest.Object{"phase": "Succeeded", "syncResult": kubetest.Object{"revision": step.revision}},
			},
		})
		f.await("the state "+string(step.want), func() bool { return served().State == step.want })
		fromService, fromConfig := served(), read()
		if fromConfig.State != step.want || fromConfig.Message != fromService.Message || fromConfig.LiveSHA != fromService.LiveSHA || (fromConfig.LiveSHA == fromConfig.HeadSHA) != (step.want == generator.StateLive) {
			t.Errorf("got %+v from the configuration, and %+v from the service", fromConfig, fromService)
		}
	}
	forge.repo.ClosePull(1)
	s.webhook(forge, "push")
	f.await("the state removing", func() bool {
		return strings.Contains(served().Message, "has not begun to delete the Application argocd/shop-pr-1")
	})
	if got := served(); got.State != generator.StateRemoving || got.Reason != generator.ReasonClosed || got.Branch == "" {
		t.Errorf("got %+v, want the change and what its end waits for", got)
	}
	s.awaitIDs("shop")
	apps.Delete("shop-pr-1")
	f.await("no state", func() bool { return served().ID == "" })
}
