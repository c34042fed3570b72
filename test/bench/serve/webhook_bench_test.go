package serve_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/previewset/previewset/test/bench/measure"
	githubtest "github.com/previewset/previewset/test/fake/github"
)

// rest is longer than the pause that previewset makes between two syncs of a
// set, so that a webhook finds it at rest.
const rest = 700 * time.Millisecond

// BenchmarkWebhook is part of goal 7: one of 1,000 pull requests is pushed to,
// and the forge tells of it. The time is until the Git server has answered the
// push of the commit.
func BenchmarkWebhook(b *testing.B) {
	w := newWorld(b, size{sets: 1, perSet: 1000, overlays: true, poll: time.Hour})
	p, _ := w.start(b)
	defer p.Stop(b)
	var all, beyond []float64
	for n := 0; b.Loop(); n++ {
		w.repos[0].Push(fmt.Sprintf("change-%d", n+1), "ada")
		w.forge.Refresh()
		time.Sleep(rest)
		w.forgetPushes()
		before, start := w.servers.busy(), time.Now()
		p.webhook(w.api)
		select {
		case at := <-w.pushed:
			all = append(all, millis(at.Sub(start)))
			beyond = append(beyond, millis(at.Sub(start)-(w.servers.busy()-before)))
		case <-time.After(patience):
			b.Fatal("no commit was pushed")
		}
	}
	const work = "webhook to pushed commit, 1 of 1,000 changed"
	measure.Row{Goal: 7, Work: work, Ours: measure.Median(all), Unit: "ms"}.Report(b)
	measure.Row{
		Goal: 7, Work: work + ", beyond forge and Git server", Ours: measure.Median(beyond), Unit: "ms",
		Bound: measure.Bound{Kind: measure.AtMost, At: 150},
	}.Report(b)
}

func (w *world) forgetPushes() {
	for {
		select {
		case <-w.pushed:
		default:
			return
		}
	}
}

// webhook says what GitHub says of a push to a pull request.
func (p *process) webhook(api string) {
	p.tb.Helper()
	root, _, _ := strings.Cut(api, "/api/")
	body := fmt.Sprintf(`{"action":"synchronize","repository":{"full_name":"acme/%[1]s","html_url":"%[2]s/acme/%[1]s"}}`, name(0), root)
	status, answer := p.Send(p.tb, http.MethodPost, "/webhooks/github", body, githubtest.Webhook(token, "pull_request", []byte(body)))
	if status/100 != 2 {
		p.tb.Fatalf("the webhook was answered with %d: %s", status, answer)
	}
}
