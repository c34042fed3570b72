package kustomize_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/previewset/previewset/kustomize"
)

// TestRoutesInAMesh has routes whose parents are Services. Their hostnames are no hosts of the
// preview, and those of Services follow the namespace.
func TestRoutesInAMesh(t *testing.T) {
	t.Parallel()
	const service = "---\napiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: prodns}\nspec: {ports: [{port: 80}]}\n"
	route := func(apiVersion, kind, parent string) string {
		return "---\napiVersion: " + apiVersion + "\nkind: " + kind + "\nmetadata: {name: mesh, namespace: prodns}\n" +
			"spec: {parentRefs: [{kind: " + parent + ", name: web}], hostnames: [web.prodns.svc, api.stripe.com, shop.example.com]}\n"
	}
	for name, x := range map[string]string{
		"HTTPRoute":     route(gatewayAPI, "HTTPRoute", "Service"),
		"GRPCRoute":     route(gatewayAPI, "GRPCRoute", "Service"),
		"TLSRoute":      route("gateway.networking.k8s.io/v1alpha2", "TLSRoute", "Service"),
		"EgressNetwork": route(gatewayAPI, "HTTPRoute", "EgressNetwork"),
		"Linkerd":       route("policy.linkerd.io/v1beta3", "HTTPRoute", "Server"),
		"Kuma":          route(gatewayAPI, "HTTPRoute", "MeshService"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			base := load(t, kustomize.Spec{Base: "base"}, objectsIn(strings.ReplaceAll(shopIngress, "{name: web}", "{name: web, namespace: prodns}")+service+x))
			if got := base.Hosts(); !slices.Equal(got, []string{"shop.example.com"}) {
				t.Errorf("got the hosts %q", got)
			}
			if got := base.Warnings(); len(got) > 0 {
				t.Errorf("got %q", got)
			}
			want := "  hostnames:\n  - web.shop-pr-42.svc\n  - api.stripe.com\n  - pr-42.shop.preview.localhost\n"
			if got := build(t, base, render(t, base, pullRequest())); !strings.Contains(got, want) {
				t.Errorf("got\n%s\nwant %s", got, want)
			}
		})
	}
}
