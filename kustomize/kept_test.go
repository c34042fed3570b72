package kustomize_test

import (
	"strings"
	"testing"

	"github.com/previewset/previewset/kustomize"
)

// TestKeptFields keeps fields that overlays would set or warn about. Nothing else is kept:
// the same value in another field is set, or has a warning.
func TestKeptFields(t *testing.T) {
	t.Parallel()
	const thing, tenant = "acme.dev Thing", "acme.dev/v1 Thing"
	pod := func(container string) string { return "spec: {containers: [{name: a, image: b, " + container + "}]}" }
	for name, test := range map[string]struct {
		// kind is "group kind" for the row, and object "version kind" with its body.
		kind, path, object, body string
		// want is in the built object.
		want string
		// isSet is true if an overlay sets the field without the row, and false if it warns.
		isSet bool
	}{
		"host in a variable":  {" Pod", "spec.containers[a].env[URL].value", "v1 Pod", pod("env: [{name: URL, value: 'https://shop.example.com'}]"), "value: https://shop.example.com", false},
		"namespace in a text": {" Pod", "spec.containers[a].args[0]", "v1 Pod", pod("args: [--namespace=store]"), "- --namespace=store", false},
		"unknown host":        {thing, "spec.host", tenant, "spec: {host: www.acme.com}", "host: www.acme.com", false},
		"container":           {thing, "spec.sidecars[b]", tenant, "spec: {sidecars: [{name: b, image: x, env: [{name: A, value: b}]}]}", "image: x", false},
		"env of another form": {" Pod", "spec.containers[a]", "v1 Pod", pod("env: {A: b}"), "A: b", false},
		"certificate":         {"cert-manager.io Certificate", "spec.dnsNames[0]", "cert-manager.io/v1 Certificate", "spec: {dnsNames: [admin.acme.com]}", "- admin.acme.com", false},
		"data":                {" ConfigMap", "data[app.yaml]", "v1 ConfigMap", "data: {app.yaml: 'https://shop.example.com'}", "app.yaml: https://shop.example.com", false},

		"link":            {"cert-manager.io Certificate", "spec.dnsNames[]", "cert-manager.io/v1 Certificate", "spec: {dnsNames: [shop.example.com]}", "- shop.example.com", true},
		"reference":       {" Pod", "spec.containers[a].env[URL].value", "v1 Pod", pod("env: [{name: URL, value: 'http://x.store.svc'}]"), "value: http://x.store.svc", true},
		"image":           {"postgresql.cnpg.io Cluster", "spec.imageName", "postgresql.cnpg.io/v1 Cluster", "spec: {imageName: 'web:1'}", "imageName: web:1", true},
		"items of a list": {thing, "spec.a[].b", tenant, "spec: {a: [{b: shop.example.com}, {b: api.shop.example.com}]}", "b: api.shop.example.com", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			group, kind, _ := strings.Cut(test.kind, " ")
			version, _, _ := strings.Cut(test.object, " ")
			x := "apiVersion: " + version + "\nkind: " + kind + "\nmetadata: {name: x, namespace: store}\n" + test.body + "\n" +
				"---\napiVersion: v1\nkind: Service\nmetadata: {name: x, namespace: store}\n" +
				"---\napiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: store}\nspec: {containers: [{name: a, image: 'web:1'}]}\n"
			spec := kustomize.Spec{Base: "base", Images: []kustomize.Image{{Name: "web", NewTag: "2"}}}
			tree := files(map[string]string{"base/kustomization.yaml": "resources: [x.yaml]", "base/x.yaml": shopIngress + x})
			base := load(t, spec, tree)
			if isSet := !strings.Contains(objectOf(t, build(t, base, render(t, base, pullRequest())), kind, "x"), test.want); isSet != test.isSet || isSet == (len(base.Warnings()) > 0) {
				t.Errorf("without the row: got %t, want %t, and the warnings %v", isSet, test.isSet, base.Warnings())
			}
			spec.Strict, spec.Fields = true, []kustomize.Field{{Group: group, Kind: kind, Path: test.path, Is: "kept"}}
			base = load(t, spec, tree)
			if got := objectOf(t, build(t, base, render(t, base, pullRequest())), kind, "x"); !strings.Contains(got, test.want) || len(base.Warnings()) > 0 {
				t.Errorf("got the warnings %v and\n%s\nwant %q", base.Warnings(), got, test.want)
			}
		})
	}
}

// TestKeptFieldsAreRefused keeps what a preview must not have, and what every overlay sets.
func TestKeptFieldsAreRefused(t *testing.T) {
	t.Parallel()
	const everyOverlay = "but every overlay sets it: remove the row from overlay.fields"
	for _, tt := range []struct{ name, group, kind, path, want string }{
		{"host", "networking.k8s.io", "Ingress", "spec.rules[].host", everyOverlay},
		{"host of its own row", "acme.dev", "Tenant", "spec.domain", everyOverlay},
		{"container with a database", "acme.dev", "Tenant", "spec.sidecars[]", "so it would not get DB_SCHEMA and DATABASE_URL"},
		{"image", "apps", "Deployment", "spec.template.spec.containers[].image", everyOverlay},
		{"namespace", "apps", "Deployment", "metadata.namespace", everyOverlay},
		{"variable", "apps", "Deployment", "spec.template.spec.containers[].env[DB_SCHEMA].value", everyOverlay},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			spec := kustomize.Spec{Base: "base", Images: []kustomize.Image{{Name: "web", NewTag: "2"}}, Fields: []kustomize.Field{
				{Group: tt.group, Kind: tt.kind, Path: tt.path, Is: "kept"},
				{Group: "acme.dev", Kind: "Tenant", Path: "spec.domain", Is: "host"},
			}}
			if tt.path == "spec.sidecars[]" {
				database := shopDatabase()
				spec.Database, spec.AdminNamespace = database.Database, database.AdminNamespace
			} else {
				spec.Fields = append(spec.Fields, kustomize.Field{Group: "acme.dev", Kind: "Tenant", Path: "spec.sidecars[]", Is: "containers"})
			}
			err := refusalOf(t, spec, ownTree("apiVersion: acme.dev/v1\nkind: Tenant\nmetadata: {name: a, namespace: shop}\nspec: {domain: crm.example.com, sidecars: [{name: a, image: b}]}\n---\n"+
				"apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\nspec: {template: {spec: {containers: [{name: web, image: 'web:1', env: [{name: DB_SCHEMA, value: shop}]}]}}}\n"))
			if err == nil || strings.Count(err.Error(), "\n") > 0 || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

// TestKeptImageMatchesNoEntry has an entry of overlay.images that would change only an image
// that is kept.
func TestKeptImageMatchesNoEntry(t *testing.T) {
	t.Parallel()
	spec := kustomize.Spec{
		Base: "base", Images: []kustomize.Image{{Name: "web", NewTag: "2"}},
		Fields: []kustomize.Field{{Group: "postgresql.cnpg.io", Kind: "Cluster", Path: "spec.imageName", Is: "kept"}},
	}
	if got := refused(t, refusalOf(t, spec, oneObject("postgresql.cnpg.io/v1 Cluster", "spec: {imageName: 'web:1'}"))); !strings.Contains(got.Reason, "web") || got.Fix != "remove the entry" {
		t.Errorf("got %v", got)
	}
}
