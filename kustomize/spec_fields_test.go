package kustomize_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/kustomize"
	"github.com/previewset/previewset/test/vary"
)

// fullSpec returns a spec with a value in every field.
func fullSpec() *kustomize.Spec {
	return &kustomize.Spec{
		RepoURL: "https://git.acme.dev/gitops.git", Base: "base", Components: []string{"c"},
		Parameters: map[string]string{"service": "web"},
		Database: &kustomize.Database{
			Engine: "postgres", Strategy: "schema", AdminSecret: "pg", Image: "previewset:1", Name: "shop", Template: "golden", Open: []string{"postgres"},
			ConnectionLimit: 5, Previews: 12, StatementTimeout: "30s", Storage: "1Gi",
			Migrate: &kustomize.Task{Image: "m:1", Command: []string{"up"}, Args: []string{"a"}, Back: []string{"down"}},
			Seed:    &kustomize.Task{Image: "s:1", Command: []string{"seed"}, Args: []string{"b"}, Back: []string{"none"}},
		},
		Images: []kustomize.Image{
			{Name: "shop", NewName: "new", NewTag: "tag"},
			{Name: "db", NewName: "new", Digest: "sha256:11111111111111111111111111111111"},
		},
		Labels: map[string]string{"team": "{{.service}}"}, Annotations: map[string]string{"note": "a"},
		AdminNamespace: "admin", Allow: []string{"host-network"},
		Kinds:  kustomize.Kinds{Scopes: map[string]string{"Tenant.acme.dev": "Namespaced"}, Only: []string{"default", "Tenant.acme.dev"}},
		Fields: []kustomize.Field{{Group: "acme.dev", Kind: "Tenant", Path: "spec.domain", Is: "host"}},
	}
}

// validValues are the values of the fields that do not accept every text.
var validValues = map[string]any{
	"Base": "other", "Components[0]": "c2", "Components with one more": "c2",
	"Database.Engine": "mysql", "Database.Strategy": "database", "Database.StatementTimeout": "45s",
	"Images[1].Digest": "sha256:22222222222222222222222222222222", "Images with one more": kustomize.Image{Name: "x", NewTag: "tag"},
	"Labels[team]": "{{.service}}x", "Allow with one more": "role",
	"Kinds.Scopes with one more": "Namespaced", "Kinds.Only with one more": "Pod", "Fields[0].Group": "other.dev", "Fields[0].Path": "spec.other", "Fields[0].Is": "namespace",
	"Fields with one more": kustomize.Field{Group: "acme.dev", Kind: "Tenant", Path: "spec.other", Is: "host"},
}

// specTree has the directories that fullSpec and validValues name.
func specTree() tree {
	const (
		kustomization = "resources: [pod.yaml, tenant.yaml]"
		images        = "apiVersion: v1\nkind: Pod\nmetadata: {name: images}\nspec: {containers: [{name: a, image: shop}, {name: b, image: db}, {name: c, image: x}]}\n"
		tenant        = "apiVersion: acme.dev/v1\nkind: Tenant\nmetadata: {name: a}\nspec: {domain: shop.example.com, other: other.example.com}\n"
	)
	return files(map[string]string{
		"base/kustomization.yaml":  kustomization + "\nnamespace: shop\nconfigMapGenerator: [{name: a, literals: [NAMESPACE=shop]}]", // a warning
		"base/pod.yaml":            podWith("hostNetwork: true") + "---\n" + images,
		"base/tenant.yaml":         tenant,
		"other/tenant.yaml":        tenant,
		"other/kustomization.yaml": kustomization,
		"other/pod.yaml":           podWith("hostNetwork: true") + "---\n" + images,
		"c/kustomization.yaml":     component + "commonLabels: {c: c}",
		"c2/kustomization.yaml":    component + "commonLabels: {c: c}",
	})
}

// overlayOf returns the files of an overlay, or the reason why the spec has no overlay.
func overlayOf(t *testing.T, spec kustomize.Spec, p generator.Preview) string {
	t.Helper()
	r, err := kustomize.New(spec)
	if err != nil {
		return "error: " + err.Error()
	}
	base, err := r.Load(specTree())
	if err != nil {
		return "error: " + err.Error()
	}
	return rendered(t, base, p)
}

// rendered returns the files of an overlay, or the reason why the preview has none.
func rendered(t *testing.T, base *kustomize.Base, p generator.Preview) string {
	t.Helper()
	o, err := base.Render(t.Context(), p, entry)
	if err != nil {
		return "error: " + err.Error()
	}
	var out strings.Builder
	for _, name := range slices.Sorted(maps.Keys(o.Files)) {
		out.WriteString(name + "\n" + string(o.Files[name]))
	}
	return out.String()
}

func previewOfWeb() generator.Preview {
	p := pullRequest()
	p.Parameters = map[string]string{"service": "web"}
	return p
}

// Each field of a spec has an effect on the overlay, or its other value is refused.
func TestEveryFieldOfSpecHasEffect(t *testing.T) {
	t.Parallel()
	plain := overlayOf(t, *fullSpec(), previewOfWeb())
	if strings.HasPrefix(plain, "error: ") {
		t.Fatal(plain)
	}
	refused := map[string]string{
		"Allow[0]":                             `"host-networkx" can't be allowed`,
		"Allow without 0":                      "hostNetwork",
		"Strict":                               "overlay.strict: false",
		"Database.Engine":                      `the engine "mysql" has no strategy "schema"`,
		"Images[0].Name":                       "no object of the base has the image shopx",
		"Images[1].Name":                       "no object of the base has the image dbx",
		"Images[0].Digest":                     "has newTag and digest",
		"Images[1].NewTag":                     "has newTag and digest",
		"Kinds.Scopes without Tenant.acme.dev": "previewset does not know Tenant.acme.dev",
		"Kinds.Only[0]":                        "is not a kind of the core group",
		"Kinds.Only[1]":                        "previewset does not know Tenant.acme.devx",
		"Kinds.Only without 0":                 "overlay.kinds.only of the set does not have Pod",
		"Kinds.Only without 1":                 "overlay.kinds.only of the set does not have Tenant.acme.dev",
		"Kinds.Scopes[Tenant.acme.dev]":        `"Namespacedx" is not a scope`,
		"Parameters without service":           `no entry for key "service"`,
	}
	noEffect := map[string]bool{
		"Database.Previews":   true,                                                                       // ConnectionLimit is set
		"Allow with one more": true, "Kinds.Scopes with one more": true, "Kinds.Only with one more": true, // the base does not need it
		// The renderer uses only the names of parameters, and the preview has their values.
		"Parameters[service]": true, "Parameters with one more": true,
	}
	for path, spec := range vary.FieldsWith(*fullSpec(), validValues) {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			got := overlayOf(t, spec, previewOfWeb())
			if problem, ok := refused[path]; ok {
				if !strings.HasPrefix(got, "error: ") || !strings.Contains(got, problem) {
					t.Errorf("got %.300s, want an error with %q", got, problem)
				}
				return
			}
			if strings.HasPrefix(got, "error: ") || (got != plain) == noEffect[path] {
				t.Errorf("got %.300s, want another overlay: %t", got, !noEffect[path])
			}
		})
	}
}

// Each field of a preview has an effect on the overlay, apart from the fields that only
// previewset itself uses.
func TestEveryFieldOfPreviewHasEffect(t *testing.T) {
	t.Parallel()
	full := previewOfWeb()
	full.Features, full.Variant = generator.Flags{"new": "on"}, "blue"
	full.ExpiresAt = full.UpdatedAt.AddDate(0, 0, 1)
	full.Objection = &generator.Objection{Reason: "fork", Guard: &generator.Guard{}}
	base := load(t, *fullSpec(), specTree())
	plain := rendered(t, base, full)
	internal := map[string]bool{
		"Change.Draft": true, "Change.Fork": true, "Held.Reason": true, "Held.Detail": true, "Held.Since": true, "Objection.Since": true, "Repository.DefaultBranch": true, "Repository.PageURL": true,
		"NamedURLs.Clone": true, "NamedURLs.Change": true,
		"Objection without a value": true, "Objection.Reason": true, "Objection.Guard without a value": true,
		"Objection.Guard.Removals": true, "Objection.Guard.Percent": true, "Objection.Guard.AllowAll": true, "Objection.Guard.AtLeast": true,
	}
	for path, p := range vary.Fields(full) {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			got := rendered(t, base, p)
			// A label of the spec uses the parameter.
			if refused := strings.HasPrefix(got, "error: "); refused != (path == "Parameters without service") {
				t.Fatalf("got %.300s, want an error: %t", got, !refused)
			}
			if effect := got != plain; effect == internal[path] {
				t.Errorf("got another overlay: %t, want %t", effect, !effect)
			}
		})
	}
}
