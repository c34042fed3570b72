package object_test

import (
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/kustomize/kyaml/resid"

	"github.com/previewset/previewset/kustomize/object"
	"github.com/previewset/previewset/test/literals"
)

// TestKeysOfLabelsAndAnnotations tries every word of the source code as the key of a label
// or an annotation.
func TestKeysOfLabelsAndAnnotations(t *testing.T) {
	t.Parallel()
	refused := []string{
		"argocd.argoproj.io/sync-wave", "argocd.argoproj.io/hook", "argocd.argoproj.io/tracking-id", "config.kubernetes.io/local-config",
		"internal.config.kubernetes.io/x", "previewset.dev/x", "previewset.dev/id",
		"", "/", "a b", "x/", "UPPER.example/x", "-x", "x-", "a/b/c", strings.Repeat("x", 64),
		"previewset.dev/", "internal.config.kubernetes.io/", // no name after the slash
	}
	accepted := []string{"team", "acme.dev/team", "argocd.argoproj.io/sync-options", "x.previewset.dev/id", strings.Repeat("x", 63), "A_b.c-d"}
	for _, key := range slices.Concat(refused, accepted) {
		if err := object.CheckKey(key); (err != nil) != slices.Contains(refused, key) {
			t.Errorf("%q: got %v, want a refusal: %t", key, err, err == nil)
		}
	}
	for _, key := range literals.Words(t, ".") {
		if strings.HasSuffix(key, ".io") || strings.Count(key, "/") != 1 {
			continue // the first part of a key, or no key of Kubernetes
		}
		if err := object.CheckKey(key); err != nil && !slices.Contains(refused, key) {
			t.Errorf("%q: got %v, and this test does not know why", key, err)
		}
	}
}

// TestPodPaths tries each kind whose containers Kustomize merges, and other kinds of
// each group.
func TestPodPaths(t *testing.T) {
	t.Parallel()
	want := map[string]string{
		"apps/v1/Deployment": "spec.template.spec", "apps/v1/StatefulSet": "spec.template.spec", "apps/v1/DaemonSet": "spec.template.spec",
		"apps/v1/ReplicaSet": "spec.template.spec", "batch/v1/Job": "spec.template.spec", "batch/v1/CronJob": "spec.jobTemplate.spec.template.spec",
		"v1/Pod": "spec",
	}
	kinds := []string{"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job", "CronJob", "Pod", "PodTemplate", "Rollout"}
	for _, version := range []string{"v1", "apps/v1", "apps/v1beta1", "batch/v1", "batch/v1beta1", "example.com/v1"} {
		for _, kind := range kinds {
			group, v, ok := strings.Cut(version, "/")
			if !ok {
				group, v = "", version
			}
			got := object.PodPath(resid.NewResId(resid.NewGvk(group, v, kind), "x"))
			if strings.Join(got, ".") != want[version+"/"+kind] {
				t.Errorf("%s/%s: got %q, want %q", version, kind, got, want[version+"/"+kind])
			}
		}
	}
	for _, word := range literals.Words(t, ".") {
		if i := strings.LastIndex(word, "/"); i > 0 && strings.Contains(word, "v1/") && want[word] == "" {
			t.Errorf("%s is in the source and not in this test", word)
		}
	}
}
