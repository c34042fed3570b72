package kustomize_test

import (
	"strings"
	"testing"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/kustomize"
)

// Each value of a field of the set has its effect in a kind that previewset does not know.
func TestOwnFields(t *testing.T) {
	t.Parallel()
	const object = `apiVersion: acme.dev/v1
kind: Tenant
metadata: {name: a, namespace: shop}
spec:
  domain: shop.example.com
  motd: "open https://shop.example.com/a or https://docs.example.com"
  release: ghcr.io/acme/shop:main
  home: shop
  sidecars: [{name: a, image: ghcr.io/acme/other:v1}]
`
	for name, test := range map[string]struct {
		field      kustomize.Field
		want, keep string
	}{
		"host":       {kustomize.Field{Path: "spec.domain", Is: "host"}, "domain: pr-42.shop.preview.localhost", "name: a"},
		"link":       {kustomize.Field{Path: "spec.motd", Is: "link"}, "motd: open https://pr-42.shop.preview.localhost/a or https://docs.example.com", ""},
		"image":      {kustomize.Field{Path: "spec.release", Is: "image"}, "release: ghcr.io/acme/shop:8a1f2b3c4d5e6f708192a3b4c5d6e7f809a1b2c3", ""},
		"namespace":  {kustomize.Field{Path: "spec.home", Is: "namespace"}, "home: shop-pr-42", ""},
		"containers": {kustomize.Field{Path: "spec.sidecars[]", Is: "containers"}, "- name: DB_SCHEMA", "image: ghcr.io/acme/other:v1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.field.Group, test.field.Kind = "acme.dev", "Tenant"
			spec := kustomize.Spec{Base: "base", Fields: []kustomize.Field{test.field}}
			if test.field.Is == "image" {
				spec.Images = []kustomize.Image{{Name: "ghcr.io/acme/shop", NewTag: "{{.head_sha}}"}}
			}
			base := load(t, spec, ownTree(object))
			got := build(t, base, render(t, base, pullRequest()))
			if !strings.Contains(got, test.want) || !strings.Contains(got, test.keep) {
				t.Errorf("got\n%s\nwant %q and %q", got, test.want, test.keep)
			}
			for _, w := range base.Warnings() {
				if strings.HasPrefix(w.Subject, "overlay.fields") {
					t.Errorf("got the warning %s", w)
				}
			}
		})
	}
}

func ownTree(object string) tree {
	return files(map[string]string{
		"base/kustomization.yaml": "resources: [tenant.yaml, ingress.yaml]\n",
		"base/tenant.yaml":        object,
		"base/ingress.yaml":       "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: a, namespace: shop}\nspec: {rules: [{host: shop.example.com}]}\n",
	})
}

// A field of the set that no object has would be a mistake without a message.
func TestUnusedFields(t *testing.T) {
	t.Parallel()
	const object = "apiVersion: acme.dev/v1\nkind: Tenant\nmetadata: {name: a}\nspec: {domain: b.example.com, sidecars: [{image: a}], hosts: []}\n"
	for _, f := range []kustomize.Field{
		{Group: "acme.dev", Kind: "Tenant", Path: "spec.domains", Is: "host"},
		{Group: "acme.dev", Kind: "tenant", Path: "spec.domain", Is: "host"},
		{Group: "", Kind: "Tenant", Path: "spec.domain", Is: "host"},
		{Group: "acme.dev", Kind: "Tenant", Path: "spec.domain[]", Is: "host"},
		{Group: "acme.dev", Kind: "Tenant", Path: "spec.sidecars", Is: "containers"},
		{Group: "acme.dev", Kind: "Tenant", Path: "spec", Is: "link"},
		{Group: "acme.dev", Kind: "Tenant", Path: "spec.hosts[]", Is: "namespace"},
		{Group: "acme.dev", Kind: "Tenant", Path: "spec.domains", Is: "kept"},
		{Group: "acme.dev", Kind: "Tenant", Path: "spec.domains?", Is: "kept"},
		{Group: "acme.dev", Kind: "Tenant", Path: "spec", Is: "kept"},
		{Group: "acme.dev", Kind: "Tenant", Path: "spec.hosts", Is: "kept"},
	} {
		t.Run(f.Path+" "+f.Kind+" "+f.Group, func(t *testing.T) {
			t.Parallel()
			base := load(t, kustomize.Spec{Base: "base", Fields: []kustomize.Field{f}}, ownTree(object))
			var found []generator.Warning
			for _, w := range base.Warnings() {
				if w.Subject == "overlay.fields[0]" {
					found = append(found, w)
				}
			}
			fix := "correct its group, kind or path"
			if f.Group == "" {
				fix = `set its group to "acme.dev"`
			}
			if len(found) != 1 || !strings.Contains(found[0].Message, f.Kind+" "+f.Path+": "+fix) {
				t.Errorf("got %v", base.Warnings())
			}
		})
	}
}

// The image is in a field that only the set can know.
func TestImageOfUnknownField(t *testing.T) {
	t.Parallel()
	const object = "apiVersion: acme.dev/v1\nkind: Tenant\nmetadata: {name: crm}\nspec: {name: crm, runtime: {ref: 'ghcr.io/acme/crm:7'}}\n"
	images := []kustomize.Image{{Name: "ghcr.io/acme/crm", NewTag: "8"}}
	_, err := load(t, kustomize.Spec{Base: "base", Images: images}, ownTree(object)).Render(t.Context(), pullRequest(), entry)
	if got := refused(t, err); got.Fix != `add {group: "acme.dev", kind: Tenant, path: "spec.runtime.ref", is: image} to overlay.fields` {
		t.Errorf("got %v", err)
	}
	_, err = load(t, kustomize.Spec{Base: "base", Images: []kustomize.Image{{Name: "crm", NewTag: "8"}}}, ownTree(object)).Render(t.Context(), pullRequest(), entry)
	if got := refused(t, err); got.Fix != "remove the entry" {
		t.Errorf("got %v", err)
	}
}

func TestListInPlaceOfAHost(t *testing.T) {
	t.Parallel()
	const object = "apiVersion: acme.dev/v1\nkind: Tenant\nmetadata: {name: crm}\nspec: {domains: [crm.acme.io]}\n"
	spec := kustomize.Spec{Base: "base", Fields: []kustomize.Field{{Group: "acme.dev", Kind: "Tenant", Path: "spec.domains", Is: "host"}}}
	r, err := newRenderer(spec)
	if err != nil {
		t.Fatal(err)
	}
	if _, err = r.Load(ownTree(object)); !strings.Contains(refused(t, err).Fix, "add [] after its name in the path of overlay.fields") {
		t.Errorf("got %v", err)
	}
}
