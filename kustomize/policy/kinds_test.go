package policy_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/previewset/previewset/kustomize/policy"
)

// refusedKinds are the kinds that the policy refuses, by group: the word that lets
// them pass, or always. The cluster-wide ones are those of the API reference of
// Kubernetes 1.36 and of the controllers' own references.
func refusedKinds() map[string]map[string][]string {
	traefik := map[string][]string{"other-host": {"IngressRouteUDP"}}
	return map[string]map[string][]string{
		"":                 {always: {"Secret", "ComponentStatus", "Node", "PersistentVolume", "Namespace"}, "endpoints": {"Endpoints", "EndpointSlice"}},
		"discovery.k8s.io": {"endpoints": {"Endpoints", "EndpointSlice"}},
		"apps":             {"daemon-set": {"DaemonSet"}},
		"admissionregistration.k8s.io": {always: {
			"MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding", "MutatingWebhookConfiguration",
			"ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding", "ValidatingWebhookConfiguration",
		}},
		"apiextensions.k8s.io":         {always: {"CustomResourceDefinition"}},
		"apiregistration.k8s.io":       {always: {"APIService"}},
		"authorization.openshift.io":   {"cluster-role": {"Role", "RoleBinding"}},
		"certificates.k8s.io":          {always: {"CertificateSigningRequest", "ClusterTrustBundle"}},
		"flowcontrol.apiserver.k8s.io": {always: {"FlowSchema", "PriorityLevelConfiguration"}},
		"internal.apiserver.k8s.io":    {always: {"StorageVersion"}},
		"networking.k8s.io":            {always: {"IPAddress", "IngressClass", "ServiceCIDR"}},
		"node.k8s.io":                  {always: {"RuntimeClass"}},
		"policy":                       {always: {"PodSecurityPolicy"}},
		"rbac.authorization.k8s.io":    {always: {"ClusterRole", "ClusterRoleBinding"}},
		"resource.k8s.io":              {always: {"DeviceClass", "DeviceTaintRule", "ResourceSlice"}},
		"scheduling.k8s.io":            {always: {"PriorityClass"}},
		"storage.k8s.io":               {always: {"CSIDriver", "CSINode", "StorageClass", "VolumeAttachment", "VolumeAttributesClass"}},
		"snapshot.storage.k8s.io":      {always: {"VolumeSnapshotClass", "VolumeSnapshotContent"}},
		"groupsnapshot.storage.k8s.io": {always: {"VolumeGroupSnapshotClass", "VolumeGroupSnapshotContent"}},
		"storagemigration.k8s.io":      {always: {"StorageVersionMigration"}},
		"bitnami.com":                  {always: {"SealedSecret"}},
		"cert-manager.io":              {always: {"ClusterIssuer"}},
		"external-secrets.io":          {always: {"ClusterExternalSecret", "ClusterPushSecret", "ClusterSecretStore"}},
		"cilium.io":                    {always: {"CiliumClusterwideNetworkPolicy"}},
		"kyverno.io":                   {always: {"ClusterCleanupPolicy", "ClusterPolicy"}},
		"gateway.networking.k8s.io": {
			always:            {"GatewayClass"},
			"load-balancer":   {"Gateway", "ListenerSet"},
			"reference-grant": {"ReferenceGrant"},
			"other-host":      {"TCPRoute", "UDPRoute"},
		},
		"gateway.networking.x-k8s.io": {"load-balancer": {"XListenerSet"}},
		"configuration.konghq.com":    {"other-host": {"UDPIngress"}},
		"getambassador.io":            {"other-host": {"Listener"}},
		"traefik.io":                  traefik,
		"traefik.containo.us":         traefik,
		"argoproj.io":                 {"deployer": {"Application", "ApplicationSet", "AppProject"}},
	}
}

// deployerGroups are groups of which every kind is refused.
func deployerGroups() []string {
	return []string{
		"fluxcd.controlplane.io", "helm.cattle.io", "operators.coreos.com",
		"kustomize.toolkit.fluxcd.io", "helm.toolkit.fluxcd.io", "x.toolkit.fluxcd.io",
	}
}

// wordOf returns the word for a kind, "" for one that passes.
func wordOf(group, kind string) string {
	if slices.Contains(deployerGroups(), group) {
		return "deployer"
	}
	for word, kinds := range refusedKinds()[group] {
		if slices.Contains(kinds, kind) {
			return word
		}
	}
	return ""
}

// TestRefusedKinds tries every kind of the source code in every one of its groups.
func TestRefusedKinds(t *testing.T) {
	t.Parallel()
	isGroup, isKind := regexp.MustCompile(`^([a-z0-9-]+\.)+[a-z]+$`), regexp.MustCompile(`^[A-Z][A-Za-z]*[a-z][A-Za-z]*$`)
	groups := append(deployerGroups(), "", "apps", "batch", "policy", "toolkit.fluxcd.io", "example.com")
	kinds := []string{"Pod", "ConfigMap", "Deployment", "Kustomization", "HelmRelease", "ListenerSet", "XListenerSet"}
	for _, word := range sourceWords(t) {
		if isGroup.MatchString(word) {
			groups = append(groups, word)
		}
		if isKind.MatchString(word) {
			kinds = append(kinds, word)
		}
	}
	for group, byWord := range refusedKinds() {
		groups = append(groups, group)
		for _, of := range byWord {
			kinds = append(kinds, of...)
		}
	}
	slices.Sort(groups)
	slices.Sort(kinds)
	for _, group := range slices.Compact(groups) {
		t.Run(group, func(t *testing.T) {
			t.Parallel()
			for _, kind := range slices.Compact(slices.Clone(kinds)) {
				// Kustomize's own table has no kind of this version.
				version := strings.TrimPrefix(group+"/v9", "/")
				if fields, special := minimal[strings.TrimPrefix(group+"/"+kind, "/")]; special {
					expect(t, policy.Scope{}, ofKind(version, kind, fields), wordOf(group, kind))
				} else {
					expect(t, policy.Scope{}, ofKind(version, kind, ""), wordOf(group, kind))
				}
			}
		})
	}
}

// minimal has the fields that a kind needs to be accepted.
var minimal = map[string]string{
	"Service":                               "spec: {type: ClusterIP}",
	"rbac.authorization.k8s.io/RoleBinding": "roleRef: {kind: Role, name: y}",
}

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
	for _, kind := range append(sourceWords(t), "", "ClusterIP", "NodePort", "ExternalName", "LoadBalancer") {
		word, known := types[kind]
		if !known {
			word = "load-balancer"
		}
		expect(t, policy.Scope{}, service("type: "+quoted(kind)), word)
	}
	for spec, word := range map[string]string{
		"": "", "type: null": "", "type: {ClusterIP: }": "load-balancer", "type: [ClusterIP]": "load-balancer",
		"externalIPs: null": "", "externalIPs: []": "", "externalIPs: [10.0.0.1]": "external-ip", "externalIPs: ''": "external-ip",
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
