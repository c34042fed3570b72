package service_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// A warning is logged when it begins and when it ends, not at each sync.
func TestWarningsAreLoggedOnce(t *testing.T) {
	t.Parallel()
	h, app := newHarness(t), newApp(t, "cart")
	app.DisableExtensions(t)
	h.configure("1s", "sets:\n"+branchSet("shop", app.URL(), "  lifetime: {idle: 720000h}\n"))
	h.start()
	h.awaitSeries(`warnings{set="shop"}`, 1)
	h.awaitSyncs("shop", 2)
	app.Config(t, "uploadpack.allowFilter", "true")
	h.awaitSeries(`warnings{set="shop"}`, 0)
	h.awaitSyncs("shop", 2)
	log := h.logText()
	for _, message := range []string{"a warning applies to the set", "a warning no longer applies to the set"} {
		if got := strings.Count(log, message); got != 1 {
			t.Errorf("got %q %d times, want once:\n%s", message, got, log)
		}
	}
	if !strings.Contains(log, "subject=lifetime.idle") {
		t.Errorf("the log lacks the subject:\n%s", log)
	}
}

// A broken base and a source that fails are one line each when they begin, and one when
// they end, also across a reload of the configuration.
func TestFaultsAreLoggedOnce(t *testing.T) {
	t.Parallel()
	h, app := newHarness(t), newApp(t, "cart", "search", "home")
	sets := fmt.Sprintf("gitops: {url: %q}\nsets:\n%s", h.gitops.URL(), branchSet("shop", app.URL(), overlay))
	h.configure("1s", sets)
	h.start()
	h.awaitIDs("shop", "br-cart", "br-home", "br-search")
	count := func(message string, want int) {
		t.Helper()
		if got := strings.Count(h.logText(), `msg="`+message); got != want {
			t.Errorf("got %q %d times, want %d:\n%s", message, got, want, h.logText())
		}
	}
	h.gitops.Commit(t, "main", "Break the base", map[string]string{"base/settings.yaml": "kind: [\n"})
	h.awaitSeries(`changes{set="shop",state="behind"}`, 3)
	h.awaitSyncs("shop", 2)
	h.configure("2s", sets)
	h.awaitSyncs("shop", 2)
	count("overlays can't be written", 1)
	if !strings.Contains(h.logText(), "previews=3 id=br-cart error=\"base/settings.yaml: ") {
		t.Errorf("the log does not name the file:\n%s", h.logText())
	}
	const missing = "resources: [settings.yaml, absent.yaml]\n"
	h.gitops.Commit(t, "main", "Break another file", map[string]string{"base/settings.yaml": settings, "base/kustomization.yaml": missing})
	h.awaitSeries(`overlays_failing{file="base/kustomization.yaml",reason="build",set="shop"}`, 3)
	h.awaitSyncs("shop", 1)
	count("overlays can't be written", 2)
	count("overlays can be written again", 0)
	h.gitops.Commit(t, "main", "Fix the base", map[string]string{"base/kustomization.yaml": "resources: [settings.yaml]\n"})
	h.awaitSeries(`changes{set="shop",state="behind"}`, 0)
	h.awaitSyncs("shop", 1)
	count("overlays can be written again", 1)

	hidden := app.Dir + "-hidden"
	if err := os.Rename(app.Dir, hidden); err != nil {
		t.Fatal(err)
	}
	h.await("two failed syncs", func() bool { return h.series()[`sync_failures_total{set="shop"}`] >= 2 })
	if err := os.Rename(hidden, app.Dir); err != nil {
		t.Fatal(err)
	}
	h.await("the end in the log", func() bool { return strings.Contains(h.logText(), "the set syncs again") })
	count("sync failed: the last snapshot stays in use", 1)
	count("the set syncs again", 1)
}

// A set that is removed from the configuration, and added again, has no past. Leftover entries
// are one line, also across reloads.
func TestCausesOfRemovedSetAreForgotten(t *testing.T) {
	t.Parallel()
	h, app := newHarness(t), newApp(t, "cart")
	shop := fmt.Sprintf("gitops: {url: %q}\nsets:\n%s", h.gitops.URL(), branchSet("shop", app.URL(), overlay))
	broken, old := branchSet("broken", app.URL()+"-absent"), branchSet("old", app.URL(), overlay)
	lines := func(message string) int { return strings.Count(h.logText(), `msg="`+message) }
	const failed, leftover = "sync failed: the set has no answer yet", "a set that is not configured has entries"
	h.configure("1s", shop+broken+old)
	h.start()
	h.awaitIDs("old", "br-cart")
	h.await("a failed sync", func() bool { return lines(failed) == 1 })
	h.configure("1s", shop+broken) // only "old" is removed
	h.await("a report of entries", func() bool { return lines(leftover) == 1 })
	h.configure("2s", shop)
	h.awaitSyncs("shop", 2)
	h.configure("1s", shop+broken)
	h.await("another report", func() bool { return lines(failed) == 2 })
	h.awaitSyncs("shop", 2)
	if lines(failed) != 2 || lines(leftover) != 1 {
		t.Errorf("got %d and %d lines, want 2 and 1: %s", lines(failed), lines(leftover), h.logText())
	}
}
