package podsecurity_test

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// TestEveryKindGetsTheSameWords checks that the policy refuses a pod with the same words in
// every kind that holds pods, also in kinds that Kubernetes does not know.
func TestEveryKindGetsTheSameWords(t *testing.T) {
	t.Parallel()
	const pods = 150
	p := newParsers(t)
	g := generator{Rand: rand.New(rand.NewPCG(*seed, 1)), fields: fields(), texts: texts(t), lists: containerLists()}
	for range pods {
		random := g.pod()
		want := p.parse(t, nativeKinds()[0].object(random), false).words(t)
		for _, k := range slices.Concat(nativeKinds(), foreignKinds()) {
			j := p.parse(t, k.object(random), false)
			got := slices.DeleteFunc(j.words(t), func(w string) bool { return slices.Contains(k.words, w) })
			if !slices.Equal(got, want) {
				t.Fatalf("with -seed %d, the words are %q, and %q in a Pod:\n%s", *seed, got, want, j.text)
			}
		}
	}
}
