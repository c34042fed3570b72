package manifests_test

import (
	"reflect"
	"testing"
)

// TestFeedbackComponent applies the component together with refresh, as in the overlay.
func TestFeedbackComponent(t *testing.T) {
	t.Parallel()
	all := build(t, "testdata/feedback")
	if mount := all.get(t, "Deployment", "previewset").Spec.Template.Spec.AutomountServiceAccountToken; mount == nil || !*mount {
		t.Error("the pod does not mount the token of its ServiceAccount")
	}
	role := all.get(t, "Role", "previewset-feedback")
	rules := []map[string][]string{
		{"apiGroups": {"coordination.k8s.io"}, "resources": {"leases"}, "verbs": {"create"}},
		{"apiGroups": {"coordination.k8s.io"}, "resources": {"leases"}, "resourceNames": {"previewset-feedback"}, "verbs": {"get", "update"}},
	}
	if role.Metadata.Namespace != "previewset" || !reflect.DeepEqual(role.Rules, rules) {
		t.Errorf("got the role %+v, want the rules %v", role, rules)
	}
	who := []map[string]string{{"kind": "ServiceAccount", "name": "previewset", "namespace": "previewset"}}
	if b := all.get(t, "RoleBinding", "previewset-feedback"); b.Metadata.Namespace != "previewset" || b.RoleRef["name"] != role.Metadata.Name || !reflect.DeepEqual(b.Subjects, who) {
		t.Errorf("got the binding %+v", b)
	}
	for _, name := range []string{"previewset-to-apiserver", "previewset-feedback"} {
		if p := all.get(t, "NetworkPolicy", name); !contains(p.Spec.PodSelector.MatchLabels, map[string]string{"app.kubernetes.io/component": "service"}) {
			t.Errorf("got the network policy %+v", p)
		}
	}
	all.get(t, "Role", "previewset-refresh")
}
