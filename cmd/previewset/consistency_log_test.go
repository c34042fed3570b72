package main

import (
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/previewset/previewset/plugin"
	githubtest "github.com/previewset/previewset/test/fake/github"
)

// A sync looks up some of the changes that are no longer listed, each time others. The
// messages of held previews do not depend on the choice, and the log has one line.
func TestUnknownEndingsAreReportedOnce(t *testing.T) {
	t.Parallel()
	f, forge := newFixture(t), newForge(t)
	for range 30 {
		forge.repo.OpenPull(githubtest.Pull{})
	}
	f.configure(forge.pullRequestSet(f, "", ""))
	r := openReporters(f, f.serve("--prune"))
	r.awaitStates("30 previews", func(all plugin.StatesView) bool { return len(all.Previews) == 30 && all.Previews[0].Reason == "" })
	var listed atomic.Value
	listed.Store("[]")
	forge.Fault(func(w http.ResponseWriter, r *http.Request) bool {
		switch {
		case strings.HasSuffix(r.URL.Path, "/pulls"):
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, listed.Load().(string))
		case strings.Contains(r.URL.Path, "/pulls/"):
			http.Error(w, "<html>down</html>", http.StatusBadGateway)
		default:
			return false
		}
		return true
	})
	r.awaitStates("held previews", func(all plugin.StatesView) bool { return all.Previews[0].State == "held" })
	r.check("unknown endings", true)
	syncs := r.syncs()
	f.await("more syncs", func() bool { return r.syncs() > syncs+4 })
	r.check("unknown endings later", true)
	if got := strings.Count(r.logText(), "previews stay that would be removed"); got != 1 {
		t.Errorf("got %d lines about the held previews, want 1", got)
	}

	// Another cause holds one of the previews.
	listed.Store(`[{"number":7,"state":"open","head":{}}]`)
	r.awaitStates("an unreadable change", func(all plugin.StatesView) bool { return all.Previews[6].Reason == "unreadable" })
	r.awaitLog(`"id":"pr-7","reason":"unreadable"`)
	syncs = r.syncs()
	f.await("another sync", func() bool { return r.syncs() > syncs+1 })
	if strings.Contains(r.logText(), "previews are no longer held") {
		t.Error("the log has a line about the end of a hold that lasts")
	}
}
