package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/plugin"
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
