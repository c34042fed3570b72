package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/previewset/previewset/plugin"
	gittest "github.com/previewset/previewset/test/fake/git"
)

// What overlays leave as it is in the base is reported in the same words by each command,
// the API, the log and the metric.
func TestWarningsAboutTheBaseAreReported(t *testing.T) {
	t.Parallel()
	f, app := newFixture(t), gittest.NewRepo(t, "shop")
	app.Commit(t, "main", "Begin", map[string]string{"a": "1"})
	app.Branch(t, "cart", "main")
	f.gitops.Commit(t, "main", "Name another shop", map[string]string{
		"base/kustomization.yaml": "namespace: shop\nresources: [x.yaml]\n",
		"base/x.yaml":             "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {orders: http://orders.shop.svc}\n",
	})
	f.configure(strings.Replace(gitSet(app.URL()), "apps/shop/base\n    images: [{name: ghcr.io/acme/shop, newTag: \"{{.head_sha}}\"}]", "base", 1))
	const subject, message = "ConfigMap settings", "data.orders leads to Service orders in the namespace shop of the base, but the base does not have this object: " +
		"add the object to the base, or refer to one that all previews can use, or, if each preview has the object in another way, " +
		`add {kind: ConfigMap, path: "data.orders", is: namespace} to overlay.fields`
	quoted := strings.ReplaceAll(message, `"`, `\"`)
	line := fmt.Sprintf("shop: warning: %s: %s\n", subject, message)

	for _, command := range []string{"plan", "explain cart", "list"} {
		if text := f.mustRun(strings.Fields(command)...); strings.Count(text, line) != 1 {
			t.Errorf("%s lacks %q:\n%s", command, line, text)
		}
		if text := f.mustRun(append(strings.Fields(command), "--output", "json")...); strings.Count(text, quoted) != 1 {
			t.Errorf("%s lacks the warning as JSON:\n%s", command, text)
		}
	}
	// The output of render is a document.
	for _, args := range [][]string{{"render", "cart"}, {"render", "cart", "--build"}, {"render", "cart", "--output", "json"}} {
		status, stdout, stderr := f.run(args...)
		if status != statusDone || strings.Count(stderr, line) != 1 || strings.Contains(stdout, "warning") {
			t.Errorf("%v: got %d\n%s\n%s", args, status, stdout, stderr)
		}
	}

	s := f.serve()
	s.awaitIDs("shop", "br-cart")
	_, body := s.get("/api/v1/previews")
	var all plugin.StatesView
	if err := json.Unmarshal([]byte(body), &all); err != nil || len(all.Sets) != 1 || len(all.Sets[0].Warnings) != 1 || all.Sets[0].Warnings[0].Message != message {
		t.Errorf("the API: got %s, %v", body, err)
	}
	s.awaitLog("a warning applies to the set")
	if log := s.logText(); !strings.Contains(log, quoted) {
		t.Errorf("the log lacks the warning:\n%s", log)
	}
	if _, metrics := s.get("/metrics"); !strings.Contains(metrics, `previewset_warnings{set="shop"} 1`) {
		t.Errorf("the metrics lack the warning:\n%s", metrics)
	}
}
