package plugin_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"testing"

	"github.com/previewset/previewset/generator"
)

// An answer takes over what the one before it said of previews that stayed as
// they were. It has to be the answer of a service that begins with it.
func TestAnswersAreAsIfMadeAnew(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	long := newService(t, "shop")
	var previews []generator.Placed
	for step := range 200 {
		previews = nextDay(random, previews, step)
		snapshot := generator.Snapshot{Set: "shop", TakenAt: long.now, Previews: append([]generator.Placed(nil), previews...)}
		if err := long.board.Publish(&snapshot); err != nil {
			t.Fatal(err)
		}
		fresh := newService(t, "shop")
		if err := fresh.board.Publish(&snapshot); err != nil {
			t.Fatal(err)
		}
		const question = `{"input":{"parameters":{"set":"shop","team":"a"}}}`
		got, want := long.ask(question), fresh.ask(question)
		if got.Code != http.StatusOK || got.Body.String() != want.Body.String() {
			t.Fatalf("step %d: %s\nwant %s", step, got.Body, want.Body)
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
