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

// idle is longer than previewset's pause between two syncs of a set, so that a webhook
// starts a sync immediately.
const idle = 700 * time.Millisecond

// BenchmarkWebhook is part of goal 7. After a push to one of 1,000 pull requests, the
// forge sends a webhook. The measured time ends when the Git server has answered the push
// of previewset's commit.
func BenchmarkWebhook(b *testing.B) {
	f := newFixture(b, size{sets: 1, perSet: 1000, overlays: true, poll: time.Hour})
	p, _ := f.start(b)
	defer p.Stop(b)
	var total, own []float64
	for n := 0; b.Loop(); n++ {
		f.repos[0].Push(fmt.Sprintf("change-%d", n+1), "ada")
		f.forge.Refresh()
		time.Sleep(idle)
		f.drainPushes()
		before, start := f.servers.busy(), time.Now()
		p.webhook(f.api)
		select {
		case end := <-f.pushed:
			total = append(total, millis(end.Sub(start)))
			own = append(own, millis(end.Sub(start)-(f.servers.busy()-before)))
		case <-time.After(timeout):
			b.Fatalf("previewset pushed no commit within %s", timeout)
		}
	}
	const work = "webhook to pushed commit, 1 of 1,000 changed"
	measure.Row{Goal: 7, Work: work, Ours: measure.Median(total), Unit: "ms"}.Report(b)
	measure.Row{
		Goal: 7, Work: work + ", without forge and Git server", Ours: measure.Median(own), Unit: "ms",
		Bound: measure.Bound{Kind: measure.AtMost, At: 150},
	}.Report(b)
}

// drainPushes removes earlier pushes from the channel.
func (f *fixture) drainPushes() {
	for {
		select {
		case <-f.pushed:
		default:
			return
		}
	}
}

// webhook sends GitHub's webhook for a push to a pull request.
func (p *process) webhook(api string) {
	p.tb.Helper()
	root, _, _ := strings.Cut(api, "/api/")
	body := fmt.Sprintf(`{"action":"synchronize","repository":{"full_name":"acme/%[1]s","html_url":"%[2]s/acme/%[1]s"}}`, name(0), root)
	status, answer := p.Send(p.tb, http.MethodPost, "/webhooks/github", body, githubtest.Webhook(token, "pull_request", []byte(body)))
	if status/100 != 2 {
		p.tb.Fatalf("webhook: status %d: %s", status, answer)
	}
}
