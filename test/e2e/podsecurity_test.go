package e2e_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// TestPodSecurity checks that an API server that enforces the baseline of the Pod Security
// Standards accepts the pods that the policy accepts, as server-side dry runs: those of
// test/podsecurity, and those of the golden builds of examples/bases.
func TestPodSecurity(t *testing.T) {
	t.Parallel()
	const namespace, violation = "enforced", "violates PodSecurity"
	b := newBases(t)
	_, err := b.cluster.Kubernetes.CoreV1().Namespaces().Create(t.Context(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{
		Name: namespace, Labels: map[string]string{"pod-security.kubernetes.io/enforce": "baseline"},
	}}, metav1.CreateOptions{})
	must(t, err)
	t.Run("accepted", func(t *testing.T) {
		t.Parallel()
		for _, pod := range append(readPods(t, "accepted"), podsOfBuilds(t)...) {
			if err := b.cluster.Validate(t.Context(), namespace, pod); err != nil {
				t.Errorf("%v:\n%s", err, asJSON(t, pod))
			}
		}
	})
	t.Run("refused", func(t *testing.T) {
		t.Parallel()
		for _, pod := range readPods(t, "refused") {
			if err := b.cluster.Validate(t.Context(), namespace, pod); err == nil || !strings.Contains(err.Error(), violation) {
				t.Errorf("got %v, want %q:\n%s", err, violation, asJSON(t, pod))
			}
		}
	})
}

// readPods returns the pods of a file of test/podsecurity, which has one a line.
func readPods(t *testing.T, name string) (pods []*unstructured.Unstructured) {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("..", "podsecurity", "testdata", name+".jsonl"))
	must(t, err)
	for line := range bytes.Lines(content) {
		pod := &unstructured.Unstructured{}
		must(t, pod.UnmarshalJSON(line))
		pods = append(pods, pod)
	}
	return pods
}

// podsOfBuilds returns a pod for each template of a pod in the golden builds, in the kinds of
// Kubernetes. The templates of other projects can lack fields that their controllers set.
// Admission checks only pods, not the objects that create them.
func podsOfBuilds(t *testing.T) (pods []*unstructured.Unstructured) {
	t.Helper()
	const atLeast = 20
	for build, objects := range readBuilds(t) {
		for _, o := range objects {
			if group := o.GroupVersionKind().Group; group != "apps" && group != "batch" {
				continue
			}
			for i, template := range templatesIn(o.Object) {
				addClaims(template, o)
				pod := &unstructured.Unstructured{Object: template}
				pod.SetAPIVersion("v1")
				pod.SetKind("Pod")
				pod.SetName(fmt.Sprintf("%s-%s-%d", build, strings.ToLower(o.GetKind()), i))
				pod.SetNamespace("")
				pods = append(pods, pod)
			}
		}
	}
	if len(pods) < atLeast {
		t.Fatalf("the builds have only %d templates of pods, want at least %d", len(pods), atLeast)
	}
	return pods
}

// addClaims adds the volumes that the controller of a StatefulSet adds to a template.
func addClaims(template map[string]any, o *unstructured.Unstructured) {
	claims, _, _ := unstructured.NestedSlice(o.Object, "spec", "volumeClaimTemplates")
	spec := template["spec"].(map[string]any)
	for _, claim := range claims {
		name, _, _ := unstructured.NestedString(claim.(map[string]any), "metadata", "name")
		volumes, _ := spec["volumes"].([]any)
		spec["volumes"] = append(volumes, map[string]any{"name": name, "emptyDir": map[string]any{}})
	}
}

// templatesIn returns the templates of pods in a value.
func templatesIn(value any) (templates []map[string]any) {
	switch value := value.(type) {
	case []any:
		for _, item := range value {
			templates = append(templates, templatesIn(item)...)
		}
	case map[string]any:
		spec, _ := value["spec"].(map[string]any)
		if containers, ok := spec["containers"].([]any); ok && len(containers) > 0 {
			template := map[string]any{"spec": spec}
			if metadata, ok := value["metadata"].(map[string]any); ok {
				template["metadata"] = metadata
			}
			return []map[string]any{template}
		}
		for _, key := range slices.Sorted(maps.Keys(value)) {
			templates = append(templates, templatesIn(value[key])...)
		}
	}
	return templates
}

func asJSON(t *testing.T, pod *unstructured.Unstructured) string {
	t.Helper()
	text, err := json.Marshal(pod)
	must(t, err)
	return string(text)
}
