package podsecurity_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"k8s.io/pod-security-admission/api"

	"github.com/previewset/previewset/test/literals"
)

var seed = flag.Uint64("seed", 1, "the seed of the random pods")

// court has both judges.
type court struct {
	parsers
	baseline baseline
}

func newCourt(t *testing.T) court { return court{newParsers(t), newBaseline(t)} }

// compare fails unless both judges refuse the same things in an object, and each word of
// overlay.allow lifts what its row of lifts says. It returns the words of what both refuse.
func (c court) compare(t *testing.T, j judged) (refused []string) {
	t.Helper()
	words := j.words(t)
	refused = slices.DeleteFunc(slices.Clone(words), func(w string) bool { return beyondBaseline()[w] != "" })
	if want := c.baseline.words(j); !slices.Equal(refused, want) {
		t.Errorf("the policy refuses %q, the baseline refuses %q in\n%s", refused, want, j.text)
	}
	for _, l := range lifts() {
		if got, want := j.passes(l.word), len(without(words, l.word)) == 0; got != want {
			t.Errorf("with %s, the policy accepts: %v, but it refuses %q without it in\n%s", l.word, got, words, j.text)
		}
	}
	if len(refused) == 0 {
		c.compareOlder(t, j)
	}
	return refused
}

// compareOlder fails if an older version of the baseline refuses a pod that the policy
// accepts, and no row of newerThan says so.
func (c court) compareOlder(t *testing.T, j judged) {
	t.Helper()
	for id := range c.baseline {
		since := 0
		for _, a := range newerThan() {
			if a.check == id {
				since = a.since
			}
		}
		for minor := since; minor <= newestMinor; minor++ {
			if c.baseline.refuses(id, api.MajorMinorVersion(1, minor), j.meta, j.spec) {
				t.Errorf("the policy accepts what %s of 1.%d refuses:\n%s", id, minor, j.text)
			}
		}
	}
}

// newestMinor is the minor version of the baseline that the policy follows.
const newestMinor = 36

// TestEveryValue compares the judges on every value of every field, in each list of
// containers. Every kind of Kubernetes has its turn.
func TestEveryValue(t *testing.T) {
	t.Parallel()
	c, kinds, n := newCourt(t), nativeKinds(), 0
	for _, f := range fields() {
		for _, list := range containerLists() {
			for _, value := range slices.Concat(f.valid, f.odd) {
				p := newPod(containerLists()...)
				p.set(f, list, value)
				c.compare(t, c.parse(t, kinds[n%len(kinds)].object(p), true))
				n++
			}
			if f.in != ofContainer {
				break
			}
		}
	}
}

// TestProcMountAndUserNamespaces compares the judges on every procMount of every list of
// containers, in and out of a user namespace.
func TestProcMountAndUserNamespaces(t *testing.T) {
	t.Parallel()
	c := newCourt(t)
	for _, list := range containerLists() {
		for _, hostUsers := range []string{"null", "true", "false"} {
			for _, procMount := range []string{"null", "Default", "Unmasked", "''"} {
				for _, k := range nativeKinds() {
					p := newPod(containerLists()...)
					p.set(field{in: ofPod, path: "hostUsers"}, list, hostUsers)
					p.set(field{in: ofContainer, path: "securityContext.procMount"}, list, procMount)
					c.compare(t, c.parse(t, k.object(p), true))
				}
			}
		}
	}
}

// TestEveryText compares the judges on every text of the source of both, as the value of
// each field that is a text, so that it fails if either allows another value.
func TestEveryText(t *testing.T) {
	t.Parallel()
	c, kinds, n := newCourt(t), nativeKinds(), 0
	all := texts(t)
	for _, f := range fields() {
		for _, form := range f.forms {
			for _, text := range all {
				p := newPod()
				p.set(f, "containers", fmt.Sprintf(form, quoted(text)))
				c.compare(t, c.parse(t, kinds[n%len(kinds)].object(p), true))
				n++
			}
		}
	}
}

// TestRandomPods compares the judges on pods with several random fields.
func TestRandomPods(t *testing.T) {
	t.Parallel()
	const pods, atLeast = 2000, 20
	c, kinds := newCourt(t), nativeKinds()
	g := generator{Rand: rand.New(rand.NewPCG(*seed, 0)), fields: fields(), texts: texts(t), lists: containerLists()}
	seen := map[string]int{}
	for range pods {
		words := c.compare(t, c.parse(t, kinds[g.IntN(len(kinds))].object(g.pod()), true))
		if len(words) == 0 {
			seen["nothing"]++
		}
		for _, w := range words {
			seen[w]++
		}
		if t.Failed() {
			t.Fatalf("with -seed %d", *seed)
		}
	}
	for _, l := range append(lifts(), lift{word: "nothing"}) {
		if seen[l.word] < atLeast {
			t.Errorf("only %d pods of which %s is refused", seen[l.word], l.word)
		}
	}
}

// texts returns the words in the source of both judges.
func texts(t *testing.T) []string {
	t.Helper()
	out, err := exec.Command("go", "list", "-f", "{{.Dir}}", "k8s.io/pod-security-admission/policy").Output()
	if err != nil {
		t.Fatal(err)
	}
	all := slices.Concat(
		literals.Words(t, strings.TrimSpace(string(out))),
		literals.Words(t, "../../kustomize/policy"),
		// These are valid in versions after newestMinor.
		[]string{"net.ipv4.tcp_slow_start_after_idle", "net.ipv4.tcp_notsent_lowat"},
	)
	slices.Sort(all)
	return slices.Compact(all)
}
