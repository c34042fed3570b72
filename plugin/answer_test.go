package plugin_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"testing"
	"time"

	"github.com/previewset/previewset/generator"
)

// A service that has answered before answers as one that begins with the snapshot,
// whatever the input, and Publish reports whether that is another answer than before.
func TestAnswersAreThoseOfANewService(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	long := newService(t, "shop")
	var previews []generator.Placed
	before := ""
	for step := range 200 {
		previews = nextDay(random, previews, step)
		snapshot := generator.Snapshot{Set: "shop", TakenAt: long.now, Previews: append([]generator.Placed(nil), previews...)}
		changed := publish(t, long, &snapshot)
		fresh := newService(t, "shop")
		publish(t, fresh, &snapshot)
		for _, team := range []string{"a", "a", "bc"} {
			question := `{"input":{"parameters":{"set":"shop","team":"` + team + `"}}}`
			got, want := long.ask(question), fresh.ask(question)
			if got.Code != http.StatusOK || got.Body.String() != want.Body.String() {
				t.Fatalf("step %d: %s\nwant %s", step, got.Body, want.Body)
			}
		}
		now := fresh.ask(`{}`).Body.String()
		if changed != (now != before) {
			t.Errorf("step %d: changed is %t, from %s\nto %s", step, changed, before, now)
		}
		before = now
	}
}

func publish(t *testing.T, s *service, snapshot *generator.Snapshot) (changed bool) {
	t.Helper()
	changed, err := s.board.Publish(snapshot)
	if err != nil {
		t.Fatal(err)
	}
	return changed
}

func TestPublishReportsAnotherAnswer(t *testing.T) {
	s := newService(t, "shop")
	snapshot := func(set, held string, ids ...string) *generator.Snapshot {
		s.now = s.now.Add(time.Second)
		made := generator.Snapshot{Set: set, TakenAt: s.now}
		for _, id := range ids {
			made.Previews = append(made.Previews, generator.Placed{Preview: generator.Preview{Set: set, Names: generator.Names{ID: id}, Held: held}})
		}
		return &made
	}
	for i, test := range []struct {
		next *generator.Snapshot
		want bool
	}{
		{snapshot("shop", ""), true}, // the first, though it is empty
		{snapshot("shop", ""), false},
		{snapshot("shop", "", "pr-1", "pr-2"), true},
		{snapshot("shop", "", "pr-1", "pr-2"), false},
		{snapshot("shop", "held by the guard", "pr-1", "pr-2"), false}, // which is no parameter
		{snapshot("shop", "", "pr-2", "pr-1"), true},
		{snapshot("shop", "", "pr-2"), true},
		{snapshot("shop", ""), true},
		{snapshot("web", "", "pr-1"), false}, // which is not configured
	} {
		if got := publish(t, s, test.next); got != test.want {
			t.Errorf("snapshot %d: changed is %t", i, got)
		}
	}
}

// nextDay opens, ends, changes or moves a preview, or leaves all as they are.
func nextDay(random *rand.Rand, previews []generator.Placed, step int) []generator.Placed {
	at := random.IntN(len(previews) + 1)
	switch kind := random.IntN(6); {
	case kind < 2 || at == len(previews):
		p := generator.Placed{Preview: generator.Preview{Set: "shop", Names: generator.Names{ID: fmt.Sprintf("pr-%d", step)}}}
		return append(previews[:at:at], append([]generator.Placed{p}, previews[at:]...)...)
	case kind == 2:
		return append(previews[:at:at], previews[at+1:]...)
	case kind == 3:
		previews[at].Title = fmt.Sprintf("title %d", step)
		previews[at].Labels = []string{"preview", fmt.Sprint(step)}
	case kind == 4:
		previews[at].Revision = fmt.Sprint(step)
	}
	return previews
}
