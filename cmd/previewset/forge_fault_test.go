package main

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// world is a source whose changes have previews, and that can misbehave.
type world struct {
	*bed
	ids []string
	// end ends one change, or some, after which left have previews; back opens
	// them again.
	end, back func()
	left      []string
	// poke has the service sync at once; nil where only polls do.
	poke func(*running)
}

// outage is one way to misbehave, until it is over.
type outage struct {
	begin func()
	// lookups goes on with it where it is asked what became of one change, while
	// lists are sound again; nil where it is about lists alone.
	lookups func()
	over    func()
	// lasts is true of a refusal that the service keeps to for a minute: only one
	// that is started again asks again.
	lasts bool
}

// start starts the service, and waits until it has tried to sync.
func (w *world) start() *running {
	w.t.Helper()
	s := w.serve("--prune")
	w.await("the first sync", func() bool { return s.syncs() > 0 })
	return s
}

// survivesAll goes through every outage, one after the other, with the same
// previews.
func (w *world) survivesAll(outages map[string]outage) {
	w.t.Helper()
	s := w.start()
	for _, name := range slices.Sorted(maps.Keys(outages)) {
		s = w.survives(s, outages[name])
		if w.t.Failed() {
			w.t.Fatalf("%s; the log:\n%s", name, s.logText())
		}
	}
}

// survives goes through one outage: it removes no preview but those that ended,
// once the forge says so.
func (w *world) survives(s *running, o outage) *running {
	w.t.Helper()
	w.has(s, "all is well", w.ids)
	_, truth := s.answer("shop")
	tip := w.gitops.Tip(w.t, "main")
	o.begin()
	w.settle(s)
	w.unharmed(s, "in it", truth, tip)

	s.stop()
	s = w.start()
	_, said, _ := w.run("prune")
	w.unharmed(s, "after a start in it, and a prune that says "+said, truth, tip)
	if o.lookups != nil {
		o.lookups()
		w.end()
		w.settle(s)
		w.kept(s)
		o.over()
	} else {
		o.over()
		w.end()
	}
	if o.lasts {
		s.stop()
		s = w.start()
	} else {
		w.settle(s)
	}
	w.has(s, "the forge says what ended", w.left)
	w.back()
	w.settle(s)
	return s
}

// has fails the test if other changes than these have previews or entries.
func (w *world) has(s *running, when string, ids []string) {
	w.t.Helper()
	status, p := s.ask("shop")
	if got, entries := slices.Sorted(maps.Keys(p)), w.entries(); !slices.Equal(got, ids) || !slices.Equal(entries, ids) {
		w.t.Errorf("%s: %d, previews %v and entries %v, want %v", when, status, got, entries, ids)
	}
}

// kept fails the test if a preview or an entry has gone.
func (w *world) kept(s *running) {
	w.t.Helper()
	status, p := s.ask("shop")
	if got := slices.Sorted(maps.Keys(p)); status != http.StatusServiceUnavailable && !slices.Equal(got, w.ids) {
		w.t.Errorf("without a word on what ended: %d %v", status, got)
	}
	_, said, _ := w.run("prune")
	if entries := w.entries(); !slices.Equal(entries, w.ids) {
		w.t.Errorf("without a word on what ended: entries %v; prune says %s", entries, said)
	}
}

// entries returns the ids that have an entry, in order.
func (w *world) entries() []string {
	w.t.Helper()
	return strings.Fields(w.gitops.Git(w.t, "ls-tree", "--name-only", "main:previews/shop"))
}

// unharmed fails the test if the answer is neither what it was nor a 503, or if
// anything was committed.
func (w *world) unharmed(s *running, when, truth, tip string) {
	w.t.Helper()
	if status, body := s.answer("shop"); status != http.StatusServiceUnavailable && (status != http.StatusOK || body != truth) {
		w.t.Errorf("%s: %d %s\nbefore: %s", when, status, body, truth)
	}
	if w.gitops.Tip(w.t, "main") != tip {
		w.t.Errorf("%s: committed %q", when, w.subjects(1))
	}
}

// answer asks for a set as Argo CD does, and returns what came.
func (s *running) answer(set string) (status int, body string) {
	s.bed.t.Helper()
	return s.send(http.MethodPost, "/api/v1/getparams.execute",
		fmt.Sprintf(`{"applicationSetName":"previews","input":{"parameters":{"set":%q}}}`, set),
		http.Header{"Authorization": {"Bearer " + s.bed.token}, "Content-Type": {"application/json"}})
}

// settle waits until a sync has ended that began after the call.
func (w *world) settle(s *running) {
	w.t.Helper()
	before := s.syncs()
	if w.poke == nil {
		w.await("a sync that began since", func() bool { return s.syncs() > before+1 })
		return
	}
	w.poke(s)
	w.await("a sync", func() bool { return s.syncs() > before })
}

// syncs returns how many syncs have ended.
func (s *running) syncs() int {
	log := s.logText()
	return strings.Count(log, `"msg":"synced"`) + strings.Count(log, `"msg":"sync failed`)
}

func answers(status int, contentType, body string, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}
