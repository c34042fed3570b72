package main

import (
	"strings"
	"testing"
)

// TestPolicyRefusesOneOverlay has a component that copies the name of the branch into a
// field of pods. One branch has a name that the policy refuses there. The other previews
// must not change.
func TestPolicyRefusesOneOverlay(t *testing.T) {
	t.Parallel()
	f, app := newFixture(t), shopRepository(t)
	app.Branch(t, "system-critical", app.Tip(t, "main"))
	f.gitops.Commit(t, "main", "Add a component", map[string]string{
		"components/priority/kustomization.yaml": "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n" +
			"replacements:\n- source: {kind: ConfigMap, name: preview, fieldPath: data.branch}\n" +
			"  targets: [{select: {kind: Deployment}, fieldPaths: [spec.template.spec.priorityClassName], options: {create: true}}]\n",
	})
	set := gitSet(app.URL()) + "    components: [components/priority]\n"
	f.configure(set)
	s := f.serve()
	s.awaitIDs("shop", "br-cart", "br-search")
	s.awaitLog("overlays can't be written")

	const want = "Deployment shop: spec.template.spec.priorityClassName: "
	_, view := s.get("/api/v1/sets/shop/previews")
	_, plan, _ := f.run("plan")
	for what, text := range map[string]string{"log": s.logText(), "plan": plan, "previews": view} {
		if !strings.Contains(text, want) || !strings.Contains(text, "overlay.allow: [system-priority]") {
			t.Errorf("the %s lacks the problem or its solution:\n%s", what, text)
		}
	}
	if files := f.gitops.Files(t, "main", "previews/shop/br-system-critical"); len(files) > 0 {
		t.Errorf("previewset committed the refused overlay: %v", files)
	}

	f.configure(set + "    allow: [system-priority]\n")
	s.awaitIDs("shop", "br-cart", "br-search", "br-system-critical")
}
