package main

import (
	"net/http"
	"strings"
	"testing"

	gittest "github.com/previewset/previewset/test/fake/git"
)

// A pruner that runs repeatedly logs an error when it begins, and its end.
func TestPrunerLogsErrorsOnce(t *testing.T) {
	t.Parallel()
	f, shop, faults := newFixture(t), shopRepository(t), new(gittest.Faults)
	server := gittest.Serve(t, shop, gittest.ServeOptions{Middleware: faults.Middleware})
	f.configure(gitSet(server.URL))
	faults.Set(gittest.Fault{Kind: gittest.Refuse, Status: http.StatusBadGateway, Times: -1})
	var output lockedBuffer
	runInBackground(t, &output, "prune", "--config", f.config, "--interval", "1s")
	awaitCondition(t, "four failures", &output, func() bool { return faults.Triggered() > 3 })
	faults.Set()
	awaitCondition(t, "a pass", &output, func() bool { return strings.Contains(output.String(), "the sets are pruned again") })
	if got := strings.Count(output.String(), "prune failed"); got != 1 {
		t.Errorf("got %d lines about one error, want 1: %s", got, output.String())
	}
}
