package service_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	kubetest "github.com/previewset/previewset/test/fake/kube"
)

// optionCluster is a Kubernetes API with ApplicationSets, as a list in JSON. Without a list it
// refuses requests.
type optionCluster struct{ list atomic.Value }

func (a *optionCluster) serve(w http.ResponseWriter, r *http.Request) {
	switch list := a.list.Load().(string); {
	case list == "":
		kubetest.Refuse(w, http.StatusForbidden, "Forbidden", "you may not")
	case r.Method == http.MethodGet:
		_, _ = fmt.Fprintf(w, `{"kind": "ApplicationSetList", "metadata": {}, "items": [%s]}`, list)
	default:
		_, _ = fmt.Fprint(w, `{}`)
	}
}

// shopUser is an ApplicationSet of the set shop with an option.
func shopUser(name, policy string) string {
	return fmt.Sprintf(`{"metadata": {"name": %q}, "spec": {"syncPolicy": {"applicationsSync": %q}, "generators": [
		{"plugin": {"configMapRef": {"name": "previewset"}, "input": {"parameters": {"set": "shop"}}}}]}}`, name, policy)
}

// Warnings about options of ApplicationSets are in the API, the log and the metric, until
// somebody corrects the options. No sync has to change anything. A list that can't be read
// keeps them.
func TestStatesHaveWarningsAboutApplicationSets(t *testing.T) {
	t.Parallel()
	h, app, cluster := newHarness(t), newApp(t, "cart"), &optionCluster{}
	cluster.list.Store(shopUser("a", "create-only"))
	kube := kubetest.Start(t, "argocd")
	kube.Hook(cluster.serve)
	sets := "sets:\n" + branchSet("shop", app.URL()) + branchSet("web", app.URL())
	withArgoCD := fmt.Sprintf("argocd: {kubeconfigFile: %q}\n", kube.Kubeconfig(t)) + sets
	h.configure("1s", withArgoCD)
	h.start()
	h.awaitStates(`{"subject":"ApplicationSet a","message":"applicationsSync is create-only, so that `, true)
	h.awaitSeries(`warnings{set="shop"}`, 1)
	h.awaitSeries(`warnings{set="web"}`, 0)
	cluster.list.Store("")
	h.awaitSyncs("shop", 2)
	h.awaitStates(`applicationsSync is create-only`, true)
	cluster.list.Store(shopUser("a", "sync") + "," + shopUser("b", ""))
	h.awaitStates(`{"subject":"set shop","message":"several ApplicationSets request it (a, b)`, true)
	h.awaitStates(`applicationsSync is create-only`, false)
	cluster.list.Store(shopUser("b", ""))
	h.awaitSeries(`warnings{set="shop"}`, 0)
	if got := strings.Count(h.logText(), `msg="a warning applies to the set" set=shop`); got != 2 {
		t.Errorf("got %d lines about warnings, want 2:\n%s", got, h.logText())
	}

	cluster.list.Store(shopUser("b", "create-update"))
	h.awaitSeries(`warnings{set="shop"}`, 1)
	h.configure("1s", sets)
	h.awaitSeries(`warnings{set="shop"}`, 0)
}
