package podsecurity_test

import (
	"slices"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/pod-security-admission/admission"
	"k8s.io/pod-security-admission/api"
	psa "k8s.io/pod-security-admission/policy"
	"sigs.k8s.io/kustomize/api/provider"
	"sigs.k8s.io/kustomize/api/resource"
	"sigs.k8s.io/yaml"

	"github.com/previewset/previewset/kustomize/closure"
	"github.com/previewset/previewset/kustomize/object"
	"github.com/previewset/previewset/kustomize/policy"
)

// judged is an object that both judges can read.
type judged struct {
	object closure.Object
	text   string
	// meta and spec of the pod, as the API server reads them; nil for kinds that
	// Kubernetes does not know.
	meta *metav1.ObjectMeta
	spec *corev1.PodSpec
}

// parsers read objects. All are safe for concurrent use.
type parsers struct {
	resources *resource.Factory
	// strict is the decoder of the API server that refuses unknown fields, lenient the one
	// that drops them.
	strict, lenient runtime.Decoder
}

func newParsers(t *testing.T) parsers {
	t.Helper()
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{corev1.AddToScheme, appsv1.AddToScheme, batchv1.AddToScheme} {
		if err := add(scheme); err != nil {
			t.Fatal(err)
		}
	}
	return parsers{
		provider.NewDefaultDepProvider().GetResourceFactory(),
		serializer.NewCodecFactory(scheme, serializer.EnableStrict).UniversalDeserializer(),
		serializer.NewCodecFactory(scheme).UniversalDeserializer(),
	}
}

// parse prints an object of a kind as YAML, and reads it for both judges. If native,
// Kubernetes must know all its fields.
func (p parsers) parse(t *testing.T, o map[string]any, native bool) judged {
	t.Helper()
	text, err := yaml.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	objects, err := p.resources.SliceFromBytes(text)
	if err != nil || len(objects) != 1 {
		t.Fatalf("%d objects, %v in\n%s", len(objects), err, text)
	}
	j := judged{object: closure.View(objects)[0], text: string(text)}
	if native {
		// Argo CD applies what Kustomize prints.
		printed, err := objects[0].AsYAML()
		if err != nil {
			t.Fatalf("%v in\n%s", err, text)
		}
		decoded, _, err := p.strict.Decode(printed, nil, nil)
		if err != nil {
			t.Fatalf("%v in\n%s", err, printed)
		}
		if j.meta, j.spec, err = (admission.DefaultPodSpecExtractor{}).ExtractPodSpec(decoded); err != nil {
			t.Fatalf("%v in\n%s", err, printed)
		}
	}
	return j
}

// passes reports whether previewset's policy accepts the object if overlay.allow has the
// given words.
func (j judged) passes(allow ...string) bool {
	source := func(r *resource.Resource) (file, name string) { return "base.yaml", object.Describe(r) }
	declared, _ := policy.NewKinds(map[string]string{"Unknown.example.com": "Namespaced"}, nil) // the key is valid
	return policy.Check([]closure.Object{j.object}, policy.Scope{Allow: allow, Kinds: declared}, source) == nil
}

// words returns, sorted, the words of overlay.allow without which the policy refuses the
// object.
func (j judged) words(t *testing.T) []string {
	t.Helper()
	if j.passes() {
		return nil
	}
	all := policy.Allowable()
	if !j.passes(all...) {
		t.Fatalf("refused also with all words:\n%s", j.text)
	}
	candidates := slices.Clone(all)
	for _, some := range [][]string{beyondWords(), baselineWords()} {
		if j.passes(some...) { // so no other word is necessary
			candidates = some
		}
	}
	return slices.DeleteFunc(candidates, func(word string) bool { return j.passes(without(all, word)...) })
}

// without returns all words but one.
func without(all []string, word string) []string {
	return slices.DeleteFunc(slices.Clone(all), func(w string) bool { return w == word })
}

// baseline is the judge of Kubernetes: the checks of the baseline, by id.
type baseline map[psa.CheckID]psa.Evaluator

func newBaseline(t *testing.T) baseline {
	t.Helper()
	b := baseline{}
	for _, c := range psa.DefaultChecks() {
		if c.Level != api.LevelBaseline {
			continue
		}
		one, err := psa.NewEvaluator([]psa.Check{c}, nil)
		if err != nil {
			t.Fatal(err)
		}
		b[c.ID] = one
	}
	return b
}

// refuses reports whether a check of a version refuses a pod.
func (b baseline) refuses(id psa.CheckID, version api.Version, meta *metav1.ObjectMeta, spec *corev1.PodSpec) bool {
	level := api.LevelVersion{Level: api.LevelBaseline, Version: version}
	return slices.ContainsFunc(b[id].EvaluatePod(level, meta, spec), func(r psa.CheckResult) bool { return !r.Allowed })
}

// words returns, sorted, the words that stand for what the newest baseline refuses.
func (b baseline) words(j judged) []string {
	var out []string
	for _, l := range lifts() {
		spec := j.spec
		if l.only != nil {
			spec = spec.DeepCopy()
			l.only(spec)
		}
		if b.refuses(l.check, api.LatestVersion(), j.meta, spec) {
			out = append(out, l.word)
		}
	}
	return out
}
