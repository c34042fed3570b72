package service_test

import (
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
