package podsecurity_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
)

var update = flag.Bool("update", false, "write testdata/*.jsonl")

// TestCorpus checks that testdata has the pods that the end-to-end tests send to an API
// server which enforces the baseline, one a line: those that the policy accepts, and those
// that it refuses.
func TestCorpus(t *testing.T) {
	t.Parallel()
	const atLeast = 150
	accepted, refused := corpus(t)
	if n := bytes.Count(accepted, []byte("\n")); n < atLeast {
		t.Errorf("only %d accepted pods, want at least %d", n, atLeast)
	}
	for path, want := range map[string][]byte{"testdata/accepted.jsonl": accepted, "testdata/refused.jsonl": refused} {
		if *update {
			if err := os.WriteFile(path, want, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is old, %v: run go test -update", path, err)
		}
	}
}

// corpus returns valid pods as lines of JSON: all that have one field with a value, and some
// random ones that the policy accepts.
func corpus(t *testing.T) (accepted, refused []byte) {
	t.Helper()
	const random = 150
	parsers, beyond := newParsers(t), beyondWords()
	seen := map[string]bool{}
	add := func(p pod) {
		o := nativeKinds()[0].object(p)
		line, err := json.Marshal(o)
		if err != nil {
			t.Fatal(err)
		}
		if seen[string(line)] {
			return
		}
		seen[string(line)] = true
		switch j := parsers.parse(t, o, true); {
		case j.passes(beyond...):
			accepted = append(append(accepted, line...), '\n')
		case slices.ContainsFunc(j.words(t), isServed):
			refused = append(append(refused, line...), '\n')
		}
	}
	lists := []string{"containers", "initContainers"} // nobody can create a pod with others
	singles(lists, add)
	g := generator{Rand: rand.New(rand.NewPCG(1, 2)), fields: fields(), lists: lists, valid: true}
	for range random {
		p := g.pod()
		if parsers.parse(t, nativeKinds()[0].object(p), true).passes(beyond...) {
			add(p)
		}
	}
	return accepted, refused
}

// singles visits a pod for each valid value of each field, and those with a procMount in a
// user namespace.
func singles(lists []string, visit func(pod)) {
	for _, f := range fields() {
		for _, value := range f.valid {
			p := newPod(lists...)
			p.set(f, spread(lists, value), value)
			visit(p)
		}
	}
	for _, list := range lists {
		p := newPod(lists...)
		p.set(field{in: ofPod, path: "hostUsers"}, list, "false")
		p.set(field{in: ofContainer, path: "securityContext.procMount"}, list, "Unmasked")
		visit(p)
	}
}

// spread returns one of the lists, for the same value the same one in each run.
func spread(lists []string, value string) string { return lists[len(value)%len(lists)] }

// isServed reports whether a word stands for what the admission of the API server refuses.
// Its validation rejects the others before: procMount without a user namespace, and, unless
// the API server has --allow-privileged, privileged.
func isServed(word string) bool {
	return beyondBaseline()[word] == "" && word != "proc-mount" && word != "privileged"
}
