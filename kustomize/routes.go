package kustomize

import "slices"

// route is an object of the base that says at which host something is served.
type route struct {
	id
	// rules and tls are how many an Ingress has.
	rules, tls int
}

// gatewayRoutes are the kinds of gateway.networking.k8s.io that have hostnames.
var gatewayRoutes = []string{"HTTPRoute", "GRPCRoute", "TLSRoute"}

func isIngress(i id) bool { return i.group == "networking.k8s.io" && i.kind == "Ingress" }

func isRoute(i id) bool {
	return isIngress(i) || i.group == "gateway.networking.k8s.io" && slices.Contains(gatewayRoutes, i.kind)
}

func newRoute(i id, body map[string]any) route {
	return route{i, len(list(at(body, "spec", "rules"))), len(list(at(body, "spec", "tls")))}
}

// patch gives the route the preview's host and no other. It is a JSON patch
// and not a replacement, because that can't make a list shorter: an HTTPRoute
// with two hostnames would have the same one twice.
func (r route) patch(host string) patch {
	return patch{Target: targetOf(r.id), Patch: multiline(r.operations(host))}
}

// operations set the host of every rule: an "add" of RFC 6902 replaces what is
// there. An Ingress without rules serves every host, so it gets one.
func (r route) operations(host string) []operation {
	if !isIngress(r.id) {
		return []operation{{"add", "/spec/hostnames", []string{host}}}
	}
	var ops []operation
	for i := range r.rules {
		ops = append(ops, operation{"add", pointer("spec", "rules", i, "host"), host})
	}
	if r.rules == 0 {
		ops = append(ops, operation{"add", "/spec/rules", []map[string]string{{"host": host}}})
	}
	for i := range r.tls {
		ops = append(ops, operation{"add", pointer("spec", "tls", i, "hosts"), []string{host}})
	}
	return ops
}

// hostsOf returns every host that a route names, with "" for a rule that
// serves any.
func hostsOf(i id, body map[string]any) []string {
	var hosts []string
	if !isIngress(i) {
		for _, h := range list(at(body, "spec", "hostnames")) {
			hosts = append(hosts, text(h))
		}
	} else {
		for _, rule := range list(at(body, "spec", "rules")) {
			hosts = append(hosts, text(at(rule, "host")))
		}
		for _, entry := range list(at(body, "spec", "tls")) {
			for _, h := range list(at(entry, "hosts")) {
				hosts = append(hosts, text(h))
			}
		}
	}
	if len(hosts) == 0 {
		return []string{""}
	}
	return hosts
}
