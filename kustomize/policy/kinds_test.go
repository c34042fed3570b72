package policy_test

import (
	"slices"
	"testing"

	"github.com/previewset/previewset/kustomize/policy"
)

func TestOnlyOwnNamespaceObjectIsAllowed(t *testing.T) {
	t.Parallel()
	in := policy.Scope{Own: "x", Admin: "admin"}
	named := func(name string) string { return "apiVersion: v1\nkind: Namespace\nmetadata: {name: " + name + "}\n" }
	expect(t, in, named("x"), "")
	expect(t, in, named("y"), always)
	expect(t, in, named("admin"), always)
	expect(t, policy.Scope{Admin: "admin"}, named("y"), "")
	expect(t, policy.Scope{Admin: "admin"}, named("admin"), always)
	expect(t, policy.Scope{}, named("admin"), "")
}

// TestNamespaceOfAnObject checks that an object can be only in the preview's own
// namespace or in the administration namespace.
func TestNamespaceOfAnObject(t *testing.T) {
	t.Parallel()
	of := func(namespace string) string {
		return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x, namespace: " + quoted(namespace) + "}\n"
	}
	own := policy.Scope{Own: "own", Admin: "admin"}
	expect(t, own, of("own"), "")
	expect(t, own, of("other"), always)
	expect(t, own, of(""), always)
	expect(t, own, of("admin"), always) // it is no hook
	expect(t, policy.Scope{}, of("other"), "")
	job := "apiVersion: batch/v1\nkind: Job\nmetadata: {name: x, namespace: admin, annotations: {argocd.argoproj.io/hook: PreSync}}\n"
	expect(t, own, job, "")
	expect(t, policy.Scope{Own: "own"}, job, always)
}

func TestServices(t *testing.T) {
	t.Parallel()
	types := map[string]string{"": "", "ClusterIP": "", "NodePort": "node-port", "ExternalName": "external-name"}
	service := func(spec string) string { return ofKind("v1", "Service", "spec: {"+spec+"}") }
	for _, kind := range append(someWords(), "", "ClusterIP", "NodePort", "ExternalName", "LoadBalancer") {
		word, known := types[kind]
		if !known {
			word = "load-balancer"
		}
		expect(t, policy.Scope{}, service("type: "+quoted(kind)), word)
	}
	for spec, word := range map[string]string{
		"": "", "type: null": "",
		"externalIPs: null": "", "externalIPs: []": "", "externalIPs: [10.0.0.1]": "external-ip", "externalIPs: {}": "external-ip",
		"clusterIP: None": "", "externalName: x": "",
	} {
		expect(t, policy.Scope{}, service(spec), word)
	}
	both := words(t, policy.Scope{}, service("type: NodePort, externalIPs: [10.0.0.1]"))
	if !slices.Equal(both, []string{"external-ip", "node-port"}) {
		t.Errorf("got the words %q", both)
	}
}

// TestVersionsAndKinds tries texts that the API server could read as another version
// or kind.
func TestVersionsAndKinds(t *testing.T) {
	t.Parallel()
	for apiVersion, word := range map[string]string{
		"v1": "", "example.com/v1": "", "a-b.example/v1alpha1": "", "x/v1": "",
		"/v1": always, "a/b/v1": always, "V1": always, "-x/v1": always, "x-/v1": always, "x /v1": always,
		"Example.com/v1": always, "example.com/v-1": always, "example.com/": always,
	} {
		expect(t, policy.Scope{}, ofKind(quoted(apiVersion), "Thing", ""), word)
	}
	for kind, word := range map[string]string{"Thing": "", "thing": "", "T1": "", "1T": always, "T-1": always, "T.x": always} {
		expect(t, policy.Scope{}, ofKind("v1", quoted(kind), ""), word)
	}
	expect(t, policy.Scope{}, ofKind("v1", quoted("Secret "), ""), always)
	expect(t, policy.Scope{}, ofKind("example.com/v1", "Thing", "items: []"), always)
	expect(t, policy.Scope{}, ofKind("example.com/v1", "Thing", "items: null"), always)
	expect(t, policy.Scope{}, ofKind("example.com/v1", "Thing", "spec: {items: []}"), "")
}

// TestTags tries every tag that YAML 1.1 and 1.2 define, on keys and on values. A tag
// that changes the value of its text is refused, and no word of overlay.allow waives that.
func TestTags(t *testing.T) {
	t.Parallel()
	for value, word := range map[string]string{
		"!!map {a: b}": "", "!!seq [a]": "", "!!str a": "", "!!bool true": "", "!!int 1": "", "!!float 1.5": "", "!!null null": "",
		"!!timestamp 2026-03-04": "", "2026-03-04": "", "{<<: {a: b}}": "", "{!!merge <<: {a: b}}": "",
		"!!binary YQ==": always, "!!set {a: null}": always, "!!omap [a: b]": always, "!!pairs [a: b]": always, "!!value =": always, "!!yaml '!'": always,
		"!mine a": always, "!<tag:yaml.org,2002:binary> YQ==": always, "{!!binary YQ==: b}": always, "[[{a: !mine b}]]": always, "{a: &a !mine b, c: *a}": always,
	} {
		expect(t, policy.Scope{}, thing("{v: "+value+"}"), word)
	}
}
