package policy_test

import (
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/previewset/previewset/kustomize/kinds"
	"github.com/previewset/previewset/kustomize/policy"
)

// declared returns what a set says about kinds.
func declared(t *testing.T, scopes map[string]string, only ...string) policy.Kinds {
	t.Helper()
	k, err := policy.NewKinds(scopes, only)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// reasonFor returns why the policy refuses an object, and the remedy.
func reasonFor(t *testing.T, in policy.Scope, text string) (reason, fix string) {
	t.Helper()
	all := refusals(t, policy.Check(parse(t, text), in, inFile("f")))
	if len(all) == 0 {
		return "", ""
	}
	return all[0].Reason, all[0].Fix
}

func TestUnknownKindsAreRefused(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, apiVersion, kind, reason, fix string }{
		{"known", "apps/v1", "Deployment", "", ""},
		{"former group", "extensions/v1beta1", "Ingress", "", ""},
		{"cluster-wide", "storage.k8s.io/v1", "StorageClass", "cluster-wide kind", "install it once"},
		{"unknown", "example.com/v1", "Other", "whether Other.example.com is cluster-wide", "kubectl api-resources"},
		{"core group", "v1", "Other", "whether Other is cluster-wide", "{Other: Namespaced}"},
		{"wrong group", "apps/v1", "StatefulSets", "whether StatefulSets.apps is cluster-wide", "{StatefulSets.apps: Namespaced}"},
		{"group of another kind", "apps/v1", "CronJob", "whether CronJob.apps is", "correct its apiVersion if it is CronJob.batch"},
		{"another group of the project", "networking.istio.com/v1", "VirtualService", "whether VirtualService.networking.istio.com is", "correct its apiVersion if it is VirtualService.networking.istio.io, or"},
		{"kind of another project", "chainsaw.kyverno.io/v1alpha1", "Test", "whether Test.chainsaw.kyverno.io is", "if it is namespaced"},
		{"other case", "apps/v1", "deployment", "whether deployment.apps is", "{deployment.apps: Namespaced}"},
		{"declared as namespaced", "example.com/v1", "Thing", "", ""},
		{"declared in another version", "example.com/v2beta1", "Thing", "", ""},
		{"declared in another group", "example.org/v1", "Thing", "whether Thing.example.org is", "{Thing.example.org: Namespaced}"},
		{"declared as cluster-wide", "example.com/v1", "Shared", "Shared is a cluster-wide kind", "install it once"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			in := policy.Scope{Allow: policy.Allowable(), Kinds: declared(t, map[string]string{
				"Thing.example.com": "Namespaced", "Shared.example.com": "Cluster",
			})}
			reason, fix := reasonFor(t, in, ofKind(tt.apiVersion, tt.kind, ""))
			if !strings.Contains(reason, tt.reason) || !strings.Contains(fix, tt.fix) || reason == "" != (tt.reason == "") {
				t.Errorf("got %q: %q, want %q: %q", reason, fix, tt.reason, tt.fix)
			}
		})
	}
}

// TestRemedyOfUnknownKind uses the lines that a refusal prints.
func TestRemedyOfUnknownKind(t *testing.T) {
	t.Parallel()
	for _, object := range []string{ofKind("example.com/v1", "Thing", ""), ofKind("v1", "Thing", ""), ofKind("v1", "Yes", "")} {
		_, fix := reasonFor(t, policy.Scope{}, object)
		_, printed, found := strings.Cut(fix, "overlay of the set: kinds: ")
		var kindsOfSet struct{ Scopes map[string]string }
		if err := yaml.Unmarshal([]byte(printed), &kindsOfSet); !found || err != nil {
			t.Fatalf("got %q, %v, want a value of overlay.kinds", fix, err)
		}
		if reason, _ := reasonFor(t, policy.Scope{Kinds: declared(t, kindsOfSet.Scopes)}, object); reason != "" {
			t.Errorf("with %s, got %q, want no refusal", printed, reason)
		}
	}
}

func TestNewKinds(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ key, scope, want string }{
		{"Thing.example.com", "Namespaced", ""},
		{"Thing", "Cluster", ""},
		{"Deployment.apps", "Namespaced", ""},
		{"Deployment.apps", "Cluster", "kinds.scopes[Deployment.apps]: Cluster is not the scope of this kind: write Namespaced"},
		{"Namespace", "Namespaced", "write Cluster, or remove the key"},
		{"K8sRequiredLabels.constraints.gatekeeper.sh", "Namespaced", "write Cluster"},
		{"Thing.example.com", "", `"" is not a scope: use Namespaced or Cluster`},
		{"Thing.example.com", "namespaced", `"namespaced" is not a scope`},
		{"", "Cluster", `"" is not a kind`},
		{"example.com/v1", "Cluster", "is not a kind: write the kind, a dot and the API group"},
		{"Thing.Example.com", "Cluster", "is not a kind"},
		{"Thing.", "Cluster", "is not a kind"},
		{"Thing.example..com", "Cluster", "is not a kind"},
		{"Thing.v1.example.com", "Cluster", "has a version"},
		{"Pod.v1", "Namespaced", "has a version"},
	} {
		_, err := policy.NewKinds(map[string]string{tt.key: tt.scope}, nil)
		if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
			t.Errorf("%s: %s: got %v, want %q", tt.key, tt.scope, err, tt.want)
		}
	}
	if _, err := policy.NewKinds(map[string]string{"a/b": "", "Thing": "x"}, nil); err == nil || strings.Count(err.Error(), "\n") != 1 {
		t.Errorf("got %v, want two errors", err)
	}
}

func TestAllowListOfKinds(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		only []string
		want string
	}{
		{nil, ""},
		{[]string{"default"}, ""},
		{[]string{"default", "Thing.example.com", "Pod", "Pod"}, ""},
		{[]string{}, "kinds.only: the list is empty, so each object would be refused: write [default]"},
		{[]string{"Pod", "Namespace"}, "kinds.only[1]: Namespace is a cluster-wide kind, which no preview can have"},
		{[]string{"Shared.example.com"}, "kinds.only[0]: Shared.example.com is a cluster-wide kind"},
		{[]string{"Other.example.com"}, "add this to the overlay of the set: kinds: {scopes: {Other.example.com: Namespaced}}"},
		{[]string{"deployments.apps"}, `"deployments.apps" does not begin with a capital letter: write the kind as in manifests`},
		{[]string{"Deploymnet.apps"}, "previewset does not know Deploymnet.apps: write the kind as in manifests, such as Deployment.apps"},
		{[]string{"Default"}, `"Default" is not a kind of the core group: write the kind, a dot and the API group, such as Deployment.apps, or write default`},
		{[]string{"Deployment"}, `"Deployment" is not a kind of the core group: write the kind, a dot and the API group`},
		{[]string{"postgresql.acid.zalan.do"}, ""},
		{[]string{"Secret"}, "previewset never commits a Secret"},
		{[]string{"apps/v1"}, "is not a kind"},
		{[]string{""}, `kinds.only[0]: "" is not a kind`},
		{[]string{"Deployment.v1.apps"}, "has a version"},
	} {
		k, err := policy.NewKinds(map[string]string{"Thing.example.com": "Namespaced", "Shared.example.com": "Cluster"}, tt.only)
		if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
			t.Errorf("%q: got %v, want %q", tt.only, err, tt.want)
		}
		if k.HasList() != (tt.only != nil) {
			t.Errorf("%q: got a list: %t", tt.only, k.HasList())
		}
	}
}

// TestKindsOfRowsAreKnown checks that the policy does not refuse the kinds of its rows for their
// unknown scope, also if the word of the row is allowed.
func TestKindsOfRowsAreKnown(t *testing.T) {
	t.Parallel()
	for _, row := range slices.Concat(policy.Rows(), policy.StrangerRows()) {
		if strings.HasPrefix(row.Group, "*.") {
			continue
		}
		for _, kind := range row.Kinds {
			if kinds.ScopeOf(row.Group, kind) == kinds.Unknown {
				t.Errorf("the scope of %s in %q is unknown", kind, row.Group)
			}
		}
	}
}
