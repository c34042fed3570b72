package podsecurity_test

import (
	"slices"
	"testing"

	"sigs.k8s.io/yaml"
)

// difference is an object that the policy refuses and the baseline accepts.
type difference struct{ reason, word, object string }

// differences are all cases in which the policy refuses more than the baseline with a word of
// lifts. It finds fields by their names in objects of any kind, so it does not know these places.
func differences() []difference {
	const template = "apiVersion: apps/v1, kind: Deployment, metadata: {name: shop"
	return []difference{
		{
			"annotations of other objects than pods", "apparmor",
			"{" + template + ", annotations: {container.apparmor.security.beta.kubernetes.io/shop: unconfined}}, spec: {template: {spec: {containers: []}}}}",
		},
		{
			"texts with the fields of a pod, of which some controllers make pods", "host-network",
			"{" + template + `}, spec: {template: {spec: {containers: [{name: a, env: [{name: POD, value: '{"hostNetwork": true}'}]}]}}}}`,
		},
	}
}

// TestDifferences fails for a row of differences that is none.
func TestDifferences(t *testing.T) {
	t.Parallel()
	c := newCourt(t)
	for _, d := range differences() {
		var o map[string]any
		if err := yaml.Unmarshal([]byte(d.object), &o); err != nil {
			t.Fatal(err)
		}
		j := c.parse(t, o, true)
		if got := j.words(t); !slices.Equal(got, []string{d.word}) || c.baseline.words(j) != nil {
			t.Errorf("%s: the policy refuses %q, the baseline refuses %q", d.reason, got, c.baseline.words(j))
		}
	}
}
