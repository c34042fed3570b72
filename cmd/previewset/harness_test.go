package main

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// harness is a fixture with one set, "shop", whose source can misbehave.
type harness struct {
	*fixture
	ids []string // of all previews
	// endChanges ends some of the changes. The changes of remaining keep their
	// previews. reopenChanges undoes endChanges.
	endChanges, reopenChanges func()
	remaining                 []string
	// triggerSync starts a sync without waiting for the next poll; nil where the
	// source has no webhooks.
	triggerSync func(*runningService)
}

// outage is one way in which a source misbehaves.
type outage struct {
	start func()
	// failLookups repairs lists but makes the lookups of single changes fail; nil
	// where the outage concerns lists only.
	failLookups func()
	stop        func()
	// needsRestart is true where the service respects a rate limit for a minute. Only
	// a service that starts again asks earlier.
	needsRestart bool
}

// runOutages runs checkOutage for each outage in a parallel subtest with a harness
// of its own.
func runOutages[H interface{ checkOutage(outage) }](t *testing.T, open func(*testing.T) H, outages map[string]func(H) outage) {
	t.Helper()
	if testing.Short() {
		t.Skip("-short: each outage waits for several syncs and restarts")
	}
	for name, begin := range outages {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := open(t)
			h.checkOutage(begin(h))
		})
	}
}

// start starts the service and waits until its first sync has ended.
func (h *harness) start() *runningService {
	h.t.Helper()
	s := h.serve("--prune")
	h.await("the first sync", func() bool { return s.syncs() > 0 })
	return s
}

// checkOutage goes through one outage. The service must remove only the previews of
// changes that ended, and only after the source reports their end.
func (h *harness) checkOutage(o outage) {
	h.t.Helper()
	s := h.start()
	defer func() {
		if h.t.Failed() {
			h.t.Logf("the log:\n%s", s.logText())
		}
	}()
	h.checkPreviews(s, "before the outage", h.ids)
	_, answer := s.getParamsBody("shop")
	tip := h.gitops.Tip(h.t, "main")
	o.start()
	h.awaitSync(s)
	h.checkUnchanged(s, "during the outage", answer, tip)

	s.stop()
	s = h.start()
	_, pruned, _ := h.run("prune")
	h.checkUnchanged(s, "after a restart during the outage, and a prune that printed "+pruned, answer, tip)
	if o.failLookups != nil {
		o.failLookups()
		h.endChanges()
		h.awaitSync(s)
		h.checkNothingRemoved(s)
		o.stop()
	} else {
		o.stop()
		h.endChanges()
	}
	if o.needsRestart {
		s.stop()
		s = h.start()
	} else {
		h.awaitSync(s)
	}
	h.checkPreviews(s, "after the source reports the ends", h.remaining)
	h.reopenChanges()
	h.awaitSync(s)
	h.checkPreviews(s, "after the changes are open again", h.ids)
}

// checkPreviews fails the test unless exactly these previews have parameters and
// entries.
func (h *harness) checkPreviews(s *runningService, when string, ids []string) {
	h.t.Helper()
	status, p := s.getParams("shop")
	if got, entries := slices.Sorted(maps.Keys(p)), h.entryIDs(); !slices.Equal(got, ids) || !slices.Equal(entries, ids) {
		h.t.Errorf("%s: got status %d, previews %v and entries %v, want %v", when, status, got, entries, ids)
	}
}

// checkNothingRemoved fails the test if a preview or an entry is missing.
func (h *harness) checkNothingRemoved(s *runningService) {
	h.t.Helper()
	status, p := s.getParams("shop")
	if got := slices.Sorted(maps.Keys(p)); status != http.StatusServiceUnavailable && !slices.Equal(got, h.ids) {
		h.t.Errorf("while lookups fail: got %d %v, want %v", status, got, h.ids)
	}
	_, pruned, _ := h.run("prune")
	if entries := h.entryIDs(); !slices.Equal(entries, h.ids) {
		h.t.Errorf("while lookups fail: got entries %v, want %v; prune printed %s", entries, h.ids, pruned)
	}
}

// entryIDs returns the ids of the entries, in order.
func (h *harness) entryIDs() []string {
	h.t.Helper()
	return strings.Fields(h.gitops.Git(h.t, "ls-tree", "--name-only", "main:previews/shop"))
}

// checkUnchanged fails the test if the service answers neither with the given answer nor with
// status 503, or if the tip of the GitOps repository moved.
func (h *harness) checkUnchanged(s *runningService, when, answer, tip string) {
	h.t.Helper()
	if status, body := s.getParamsBody("shop"); status != http.StatusServiceUnavailable && (status != http.StatusOK || body != answer) {
		h.t.Errorf("%s: got %d %s\nwant %s", when, status, body, answer)
	}
	if h.gitops.Tip(h.t, "main") != tip {
		h.t.Errorf("%s: previewset committed %q", when, h.subjects(1))
	}
}

// getParamsBody requests the parameters of a set as Argo CD does.
func (s *runningService) getParamsBody(set string) (status int, body string) {
	s.fixture.t.Helper()
	return s.send(http.MethodPost, "/api/v1/getparams.execute",
		fmt.Sprintf(`{"applicationSetName":"previews","input":{"parameters":{"set":%q}}}`, set),
		http.Header{"Authorization": {"Bearer " + s.fixture.token}, "Content-Type": {"application/json"}})
}

// awaitSync waits until a sync has ended that began after the call.
func (h *harness) awaitSync(s *runningService) {
	h.t.Helper()
	before := s.syncs()
	if h.triggerSync == nil {
		h.await("a sync that began after the call", func() bool { return s.syncs() > before+1 })
		return
	}
	for n := range 2 { // the first sync may have begun before the call
		h.triggerSync(s)
		h.await("a sync", func() bool { return s.syncs() > before+n })
	}
}

// syncs returns the number of syncs that have ended.
func (s *runningService) syncs() int {
	log := s.logText()
	return strings.Count(log, `"msg":"synced"`) + strings.Count(log, `"msg":"no new snapshot"`)
}

func answerWith(status int, contentType, body string, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}
