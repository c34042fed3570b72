package kustomize

import (
	"fmt"
	"slices"

	"sigs.k8s.io/kustomize/api/resource"
	"sigs.k8s.io/kustomize/kyaml/resid"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/previewset/previewset/kustomize/object"
)

// route is an object of the base that has hosts.
type route struct {
	resid.ResId
	// rules and tls are the numbers of rules and TLS entries of an Ingress.
	rules, tls int
}

// gatewayRoutes are the kinds of gateway.networking.k8s.io that have hostnames.
var gatewayRoutes = []string{"HTTPRoute", "GRPCRoute", "TLSRoute"}

func isIngress(id resid.ResId) bool {
	return id.Group == "networking.k8s.io" && id.Kind == "Ingress"
}

func isRoute(id resid.ResId) bool {
	return isIngress(id) || id.Group == "gateway.networking.k8s.io" && slices.Contains(gatewayRoutes, id.Kind)
}

func newRoute(r *resource.Resource, id resid.ResId) route {
	spec := object.Child(r.YNode(), "spec")
	return route{id, len(object.Items(object.Child(spec, "rules"))), len(object.Items(object.Child(spec, "tls")))}
}

// patch returns the patch that sets the preview's host as the only host of the route. It
// is a JSON patch and not a replacement, because a replacement can't make a list shorter:
// an HTTPRoute with two hostnames would have the same hostname twice.
func (r route) patch(host string) patch {
	return patch{Target: targetOf(r.ResId), Patch: object.Multiline(r.operations(host))}
}

// operations returns the operations that set the host of every rule. An "add" of RFC
// 6902 replaces an existing value. An Ingress without rules serves every host, so it
// gets a rule.
func (r route) operations(host string) []operation {
	if !isIngress(r.ResId) {
		return []operation{{"add", "/spec/hostnames", []string{host}}}
	}
	var ops []operation
	for i := range r.rules {
		ops = append(ops, operation{"add", fmt.Sprintf("/spec/rules/%d/host", i), host})
	}
	if r.rules == 0 {
		ops = append(ops, operation{"add", "/spec/rules", []map[string]string{{"host": host}}})
	}
	for i := range r.tls {
		ops = append(ops, operation{"add", fmt.Sprintf("/spec/tls/%d/hosts", i), []string{host}})
	}
	return ops
}

// hostsOf returns all hosts of a route, with "" for a rule that serves every host.
func hostsOf(r *resource.Resource, id resid.ResId) []string {
	var hosts []string
	spec := object.Child(r.YNode(), "spec")
	if !isIngress(id) {
		hosts = stringsIn(object.Child(spec, "hostnames"))
	} else {
		for _, rule := range object.Items(object.Child(spec, "rules")) {
			hosts = append(hosts, object.String(object.Child(object.Resolved(rule), "host")))
		}
		for _, entry := range object.Items(object.Child(spec, "tls")) {
			hosts = append(hosts, stringsIn(object.Child(object.Resolved(entry), "hosts"))...)
		}
	}
	if len(hosts) == 0 {
		return []string{""}
	}
	return hosts
}

func stringsIn(list *yaml.Node) []string {
	var out []string
	for _, item := range object.Items(list) {
		out = append(out, object.String(object.Resolved(item)))
	}
	return out
}
