package policy_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/kustomize/api/resource"

	"github.com/previewset/previewset/kustomize/closure"
	"github.com/previewset/previewset/kustomize/object"
	"github.com/previewset/previewset/kustomize/policy"
)

// strangerScope is rowScope with the default allow list.
func strangerScope(t *testing.T) policy.Scope {
	t.Helper()
	in := rowScope(t)
	in.Kinds = declared(t, map[string]string{"Thing.example.com": "Namespaced"}, "default", "Thing.example.com")
	return in
}

// TestStrangerRowsRefuse writes why the policy refuses each object in testdata/strangers/refused.
// Each row must refuse an object there, and the words of the refusals must allow it.
func TestStrangerRowsRefuse(t *testing.T) {
	t.Parallel()
	in := strangerScope(t)
	files := objectsIn(t, "testdata/strangers/refused/*.yaml")
	for file, objects := range files {
		var got strings.Builder
		for _, o := range objects {
			fmt.Fprintf(&got, "%s %s\n", o.Resource().GetApiVersion(), object.Describe(o.Resource()))
			one := []closure.Object{o}
			found := refusals(t, policy.CheckStrangers(one, nil, in, inFile(file)))
			if len(found) == 0 {
				t.Errorf("%s: %s is accepted", file, object.Describe(o.Resource()))
			}
			allowed := in
			for _, refused := range found {
				fmt.Fprintf(&got, "  %s\n    %s\n", refused.Reason, refused.Fix)
				if m := allowedBy.FindStringSubmatch(refused.Fix); m != nil {
					allowed.Allow = append(allowed.Allow, m[1])
				}
			}
			if err := policy.CheckStrangers(one, nil, allowed, inFile(file)); len(allowed.Allow) > 0 && err != nil {
				t.Errorf("with %q: %v", allowed.Allow, err)
			}
		}
		compare(t, strings.TrimSuffix(file, ".yaml")+".golden", got.String())
	}
	for _, row := range policy.StrangerRows() {
		if !has(files, func(r *resource.Resource) bool { return policy.Refuses(row, r, in) }) {
			t.Errorf("no object in testdata/strangers/refused has %s", describe(row))
		}
	}
}

// TestStrangerRowsAccept checks that the policy accepts each object in testdata/strangers/accepted,
// also without an allow list. For each row with exceptions, an object must have one.
func TestStrangerRowsAccept(t *testing.T) {
	t.Parallel()
	in := strangerScope(t)
	files := objectsIn(t, "testdata/strangers/accepted/*.yaml")
	for file, objects := range files {
		if err := policy.CheckStrangers(objects, nil, in, inFile(file)); err != nil {
			t.Error(err)
		}
		if err := policy.Check(objects, in, inFile(file)); err != nil {
			t.Error(err)
		}
	}
	for _, row := range policy.StrangerRows() {
		if policy.HasExceptions(row) && !has(files, func(r *resource.Resource) bool { return policy.Reaches(row, r, in) }) {
			t.Errorf("no object in testdata/strangers/accepted has an exception of %s", describe(row))
		}
	}
}

func TestStrangerRowsAreComplete(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, row := range policy.StrangerRows() {
		if err := complete(row); err != nil || seen[describe(row)] {
			t.Errorf("%s: %v, or twice", describe(row), err)
		}
		seen[describe(row)] = true
	}
}

// annotated returns an object with an annotation of another controller.
func annotated(value string) string {
	return "apiVersion: v1\nkind: Pod\nmetadata: {name: x, annotations: {example.com/action: " + value + "}}\n"
}

// TestEffectsOfComponents checks that only what the base has without its components counts.
func TestEffectsOfComponents(t *testing.T) {
	t.Parallel()
	in := strangerScope(t)
	object := func(spec string) []closure.Object { return parse(t, thing("{template: {spec: {"+spec+"}}}")) }
	plain, priority, both := object(""), object("priorityClassName: high"), object("priorityClassName: high, schedulerName: other")
	for _, tt := range []struct {
		name           string
		objects, alone []closure.Object
		want           int
	}{
		{"of the base", priority, priority, 1},
		{"replaced by the component", priority, object("priorityClassName: low"), 0},
		{"a list that the component changes", object("tolerations: [{key: a}, {key: b}]"), object("tolerations: [{key: a}]"), 1},
		{"an annotation that the component changes", parse(t, annotated("b")), parse(t, annotated("a")), 1},
		{"of the component", priority, plain, 0},
		{"removed by the component", plain, priority, 0},
		{"one of each", both, priority, 1},
		{"empty base", priority, []closure.Object{}, 0},
		{"base that does not build", both, nil, 2},
		{"made readable by the component", priority, object("priorityClassName: high, nodeName: !custom x"), 1},
	} {
		if got := refusals(t, policy.CheckStrangers(tt.objects, tt.alone, in, inFile("f"))); len(got) != tt.want {
			t.Errorf("%s: got %v, want %d refusals", tt.name, got, tt.want)
		}
	}
}

func TestKindsOutsideTheAllowList(t *testing.T) {
	t.Parallel()
	in := strangerScope(t)
	in.Allow = policy.Allowable()
	for _, tt := range []struct{ object, reason, fix string }{
		{ofKind("apps/v1", "Deployment", ""), "", ""},
		{ofKind("extensions/v1beta1", "Deployment", ""), "does not have Deployment.extensions", "overlay.kinds.only"},
		{ofKind("v1", "ServiceAccount", ""), "overlay.kinds.only of the set does not have ServiceAccount", "or add ServiceAccount to overlay.kinds.only"},
		{ofKind("v1", "Namespace", ""), "overlay.kinds.only of the set does not have Namespace", "move it into a component of the set"},
		{ofKind("example.com/v2", "Thing", ""), "", ""},
		{"apiVersion: batch/v1\nkind: Job\nmetadata: {name: x, namespace: admin}\n", "it is in the administration namespace, admin", "move it into a component"},
	} {
		all := refusals(t, policy.CheckStrangers(parse(t, tt.object), nil, in, inFile("f")))
		if tt.reason == "" {
			if len(all) > 0 {
				t.Errorf("got %v for\n%s", all, tt.object)
			}
			continue
		}
		if len(all) != 1 || !strings.Contains(all[0].Reason, tt.reason) || !strings.Contains(all[0].Fix, tt.fix) {
			t.Errorf("got %v, want %s: %s", all, tt.reason, tt.fix)
		}
	}
}

// TestDefaultAllowList has the kinds that strangers can have. A new one must give them nothing
// outside of the namespace.
func TestDefaultAllowList(t *testing.T) {
	t.Parallel()
	want := strings.Fields(`
		ConfigMap PersistentVolumeClaim Pod Service Deployment.apps ReplicaSet.apps StatefulSet.apps Rollout.argoproj.io
		HorizontalPodAutoscaler.autoscaling VerticalPodAutoscaler.autoscaling.k8s.io CronJob.batch Job.batch
		GRPCRoute.gateway.networking.k8s.io HTTPRoute.gateway.networking.k8s.io TLSRoute.gateway.networking.k8s.io
		Ingress.networking.k8s.io PodDisruptionBudget.policy Route.route.openshift.io`)
	if got := policy.DefaultKinds(); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestAnnotationsOfStrangers tries keys and values.
func TestAnnotationsOfStrangers(t *testing.T) {
	t.Parallel()
	in := strangerScope(t)
	for _, tt := range []struct {
		key, value string
		refused    bool
	}{
		{"note", "x", false},
		{"acme.dev/note", "x", true},
		{"app.kubernetes.io/anything", "x", false},
		{"kubectl.kubernetes.io/default-container", "web", false},
		{"kubectl.kubernetes.io/other", "web", true},
		{"checksum/config", "abc", false},
		{"prometheus.io/scrape", "true", false},
		{"prometheus.io/auth", "x", true},
		{"nginx.ingress.kubernetes.io/ssl-redirect", "true", false},
		{"nginx.ingress.kubernetes.io/ssl-redirect", "true;", true},
		{"nginx.ingress.kubernetes.io/rewrite-target", "/$1", false},
		{"nginx.ingress.kubernetes.io/rewrite-target", "/$1\n", true},
		{"nginx.ingress.kubernetes.io/rewrite-target", "https://x", true},
		{"nginx.ingress.kubernetes.io/rewrite-target", "/$uri", true},
		{"nginx.ingress.kubernetes.io/proxy-buffering", "off", false},
		{"nginx.ingress.kubernetes.io/proxy-buffering", "no", true},
		{"nginx.ingress.kubernetes.io/proxy-buffer-size", "128k", false},
		{"nginx.ingress.kubernetes.io/proxy-buffer-size", "1g", true},
		{"nginx.ingress.kubernetes.io/client-body-buffer-size", "8m", false},
		{"nginx.ingress.kubernetes.io/proxy-buffers-number", "8", false},
		{"nginx.ingress.kubernetes.io/proxy-buffers-number", "1", true},
		{"nginx.ingress.kubernetes.io/proxy-max-temp-file-size", "1024m", false},
		{"nginx.ingress.kubernetes.io/proxy-http-version", "1.1", false},
		{"nginx.ingress.kubernetes.io/proxy-read-timeout", "300", false},
		{"nginx.ingress.kubernetes.io/proxy-read-timeout", "5 5", true},
		{"nginx.ingress.kubernetes.io/proxy-body-size", "0", false},
		{"nginx.ingress.kubernetes.io/proxy-body-size", "8m", false},
		{"nginx.ingress.kubernetes.io/proxy-body-size", "8m }", true},
		{"nginx.ingress.kubernetes.io/configuration-snippet", "x", true},
		{"nginx.ingress.kubernetes.io/enable-global-auth", "false", true},
		{"cluster-autoscaler.kubernetes.io/safe-to-evict", "true", false},
		{"cluster-autoscaler.kubernetes.io/safe-to-evict", "false", true},
		{"karpenter.sh/do-not-disrupt", "true", true},
		{"iam.amazonaws.com/role", "x", true},
		{"link.argocd.argoproj.io/external-link", "https://x", true},
		{"/x", "x", true},
	} {
		for _, object := range []string{
			fmt.Sprintf("apiVersion: v1\nkind: Pod\nmetadata: {name: x, annotations: {%q: %q}}\n", tt.key, tt.value),
			thing(fmt.Sprintf("{template: {metadata: {annotations: {%q: %q}}}}", tt.key, tt.value)),
			thing(fmt.Sprintf("{serviceAnnotations: {%q: %q}}", tt.key, tt.value)),
		} {
			if err := policy.CheckStrangers(parse(t, object), nil, in, inFile("f")); (err != nil) != tt.refused {
				t.Errorf("got %v, want a refusal: %t for\n%s", err, tt.refused, object)
			}
		}
	}
}

// TestLabelsOfStrangers tries keys, in labels and in selectors.
func TestLabelsOfStrangers(t *testing.T) {
	t.Parallel()
	in := strangerScope(t)
	for key, refused := range map[string]bool{
		"app": false, "acme.dev/team": false, "app.kubernetes.io/name": false, "helm.sh/chart": false, "previewset.dev/id": false,
		"grafana_dashboard": true, "prod-jenkins-config": true, "aadpodidbinding": true, "sidecar.istio.io/inject": true, "istio": true, "troubleshoot.sh/kind": true, "istio.io/rev": true,
		"topology.kubernetes.io/zone": true, "notistio.io/x": false, "jenkins-configs": false,
	} {
		for object, selector := range map[string]bool{
			fmt.Sprintf("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x, labels: {%q: a}}\n", key): false,
			thing(fmt.Sprintf("{template: {metadata: {labels: {%q: a}}}}", key)):                        false,
			thing(fmt.Sprintf("{podLabels: {%q: a}}", key)):                                             false,
			thing(fmt.Sprintf("{selector: {matchLabels: {%q: a}}}", key)):                               true,
		} {
			if err := policy.CheckStrangers(parse(t, object), nil, in, inFile("f")); (err != nil) != (refused && !selector) {
				t.Errorf("got %v, want a refusal: %t for\n%s", err, refused && !selector, object)
			}
		}
	}
}
