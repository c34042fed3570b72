package policy_test

import (
	"testing"

	"github.com/previewset/previewset/kustomize/policy"
)

// TestTolerations tries the forms of tolerations, also those of operators that read a text.
func TestTolerations(t *testing.T) {
	t.Parallel()
	for value, word := range map[string]string{
		"null": "", "[]": "", "[{key: spot}]": "", "[{key: spot, operator: Exists}, {key: gpu}]": "", `"[{key: spot}]"`: "", `""`: "", "{}": "",
		"[{operator: Exists}]": "control-plane", "[{key: '', operator: Exists}]": "control-plane", "[{key: null}]": "control-plane", "[spot]": "control-plane",
		"[{key: node-role.kubernetes.io/control-plane}]": "control-plane", "[{key: node-role.kubernetes.io/master}]": "control-plane",
		"[{key: node-role.kubernetes.io/etcd}]": "control-plane", "[{key: node-role.kubernetes.io/infra}]": "",
		"[{Key: CriticalAddonsOnly}]": "control-plane", "[{key: spot, KEY: CriticalAddonsOnly}]": "control-plane",
		"{key: spot}": "control-plane", "true": "control-plane", `"[{operator: Exists}]"`: "control-plane", `"{{.tolerations}}"`: "control-plane",
	} {
		expect(t, policy.Scope{}, thing("{tolerations: "+value+"}"), word)
		expect(t, policy.Scope{}, thing("{podTolerations: "+value+"}"), word)
	}
	expect(t, policy.Scope{}, thing("{tolerationsEnabled: [{operator: Exists}]}"), "")
}

// TestNodesOfTheControlPlane tries selectors and affinities.
func TestNodesOfTheControlPlane(t *testing.T) {
	t.Parallel()
	const key = "node-role.kubernetes.io/control-plane"
	affinity := func(expressions string) string {
		return "{nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [" + expressions + "]}]}}}"
	}
	for spec, word := range map[string]string{
		"{nodeSelector: {" + key + ": ''}}":                                      "control-plane",
		"{nodeSelector: {matchLabels: {" + key + ": ''}}}":                       "control-plane",
		"{nodeSelector: '" + key + "='}":                                         "control-plane",
		"{nodeSelector: {node-role.kubernetes.io/worker: ''}}":                   "",
		"{nodeSelector: {}}":                                                     "",
		affinity("{key: " + key + ", operator: Exists}"):                         "control-plane",
		affinity("{key: " + key + ", operator: In, values: ['']}"):               "control-plane",
		affinity("{key: " + key + "}"):                                           "control-plane",
		affinity("{key: " + key + ", operator: DoesNotExist, Operator: Exists}"): "control-plane",
		affinity("{key: " + key + ", operator: DoesNotExist}"):                   "",
		affinity("{key: " + key + ", operator: NotIn, values: ['']}"):            "",
		affinity("{key: a, operator: Exists}"):                                   "",
	} {
		expect(t, policy.Scope{}, thing(spec), word)
	}
}

// TestClaims tries fields of claims in objects that are claims, and in others.
func TestClaims(t *testing.T) {
	t.Parallel()
	for spec, word := range map[string]string{
		"{selector: {a: b}}": "", "{accessModes: [ReadWriteOnce], selector: {a: b}}": "volume-name", "{accessModes: [ReadWriteOnce], selector: {}}": "volume-name",
		"{accessModes: null, selector: {a: b}}": "", "{accessModes: [ReadWriteOnce], selector: null}": "",
		"{storageClassName: ''}": "", "{accessModes: [ReadWriteOnce], storageClassName: ''}": "volume-name",
		"{accessModes: [ReadWriteOnce], storageClassName: null}": "", "{accessModes: [ReadWriteOnce], storageClassName: fast}": "",
		"{dataSourceRef: {name: x}}": "", "{dataSourceRef: {name: x, namespace: own}}": "", "{dataSourceRef: {name: x, namespace: ''}}": "",
		"{dataSourceRef: {name: x, namespace: other}}": "other-namespace",
	} {
		text := "apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: x, namespace: own}\nspec: " + spec + "\n"
		expect(t, policy.Scope{Own: "own"}, text, word)
		if word == "other-namespace" {
			expect(t, policy.Scope{}, text, "")
		}
	}
}

// TestVolumes tries values of volumes that other fields with the same name can have.
func TestVolumes(t *testing.T) {
	t.Parallel()
	for spec, word := range map[string]string{
		"{nfs: {server: a, path: b}}": "network-volume", "{nfs: {Server: a}}": "network-volume", "{nfs: {server: null}}": "", "{nfs: true}": "", "{nfs: [a]}": "",
		"{csi: {driver: ebs.csi.aws.com}}": "network-volume", "{csi: {driver: csi.spiffe.io}}": "", "{csi: {driver: csi.spiffe.io, Driver: x}}": "network-volume",
		"{csi: {driver: [csi.spiffe.io]}}": "network-volume", "{csi: {driver: null}}": "network-volume", "{csi: {}}": "",
		"{azureDisk: true}": "network-volume", "{azureDisk: null}": "",
		"{gitRepo: {repository: a}}": "network-volume", "{gitRepo: {url: a}}": "", "{gitRepo: a}": "",
	} {
		expect(t, policy.Scope{}, thing(spec), word)
	}
}

// TestHintsForAgents tries hints of pods about their own and other hosts.
func TestHintsForAgents(t *testing.T) {
	t.Parallel()
	for annotation, word := range map[string]string{
		`ad.datadoghq.com/web.instances: '[{"url": "http://%%host%%"}]'`:                     "",
		`ad.datadoghq.com/web.instances: '[{"hosts": ["%%host%%", "10.0.0.1"]}]'`:            "scrape",
		`ad.datadoghq.com/web.instances: '[{"Server": "10.0.0.1"}]'`:                         "scrape",
		`ad.datadoghq.com/web.instances: '[{"host": "%%host%%", "tls_cert": "/agent.pem"}]'`: "scrape",
		`ad.datadoghq.com/web.instances: '[{"x": "%%env_DD_API_KEY%%"}]'`:                    "scrape",
		`ad.datadoghq.com/web.checks: '{"a": {"init_config": {"url": "http://a"}}}'`:         "scrape",
		`ad.datadoghq.com/web.checks: not-json`:                                              "scrape",
		`ad.datadoghq.com/web.tags: not-json`:                                                "",
		`co.elastic.metrics/hosts: ""`:                                                       "",
		`co.elastic.metrics/hosts: '${data.host}:80,10.0.0.1'`:                               "scrape",
		`co.elastic.metrics/2.raw: '[]'`:                                                     "scrape",
		`co.elastic.logs/enabled: "true"`:                                                    "",
	} {
		expect(t, policy.Scope{}, "apiVersion: v1\nkind: Pod\nmetadata:\n  name: x\n  annotations:\n    "+annotation+"\n", word)
	}
}

// TestVersionsOfTheStandards tries versions in the label of a Namespace.
func TestVersionsOfTheStandards(t *testing.T) {
	t.Parallel()
	for version, word := range map[string]string{
		"latest": "", "v1.19": "", "v1.34": "", "v1.100": "", "": "",
		"v1.18": "pod-security", "v1.0": "pod-security", "v1.190": "", "1.34": "pod-security", "v1.1": "pod-security", "v2.1": "pod-security", "xv1.34": "pod-security",
	} {
		expect(t, policy.Scope{}, "apiVersion: v1\nkind: Namespace\nmetadata: {name: x, labels: {pod-security.kubernetes.io/enforce-version: "+quoted(version)+"}}\n", word)
	}
}

// TestParametersOfGateways allows Gateways, so that only their parameters are refused.
func TestParametersOfGateways(t *testing.T) {
	t.Parallel()
	in := policy.Scope{Allow: []string{"load-balancer"}}
	for kind, want := range map[string]int{"ConfigMap": 1, "EnvoyProxy": 0} {
		got := words(t, in, ofKind("gateway.networking.k8s.io/v1", "Gateway", "spec: {infrastructure: {parametersRef: {kind: "+kind+", name: x}}}"))
		if len(got) != want {
			t.Errorf("%s: got the words %q", kind, got)
		}
	}
}

// TestExpressionsInPodPatches refuses texts that a controller completes.
func TestExpressionsInPodPatches(t *testing.T) {
	t.Parallel()
	for patch, word := range map[string]string{
		`'{"containers": [{"name": "main"}]}'`: "", `'{"a": "{{inputs.parameters.a}}"}'`: "pod-text", `{a: b}`: "pod-text",
		`'{"hostNetwork": true}'`: "host-network",
	} {
		expect(t, policy.Scope{}, thing("{podSpecPatch: "+patch+"}"), word)
	}
}
