package reconcile

import (
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/previewset/previewset/test/bench/measure"
	githubtest "github.com/previewset/previewset/test/fake/github"
)

const (
	sets     = 100
	counted  = 2 // of the sets: more cost time here and no call (SetsAreFree)
	webhooks = 100
	changes  = 10 // each comes with one of the webhooks
)

// Quota counts what 100 ApplicationSets on one repository of 1,000 pull requests
// cost in one hour with each side (goal 3).
//
// Argo CD's generator keeps nothing between two reconciles, and shares nothing
// between two ApplicationSets (TestSharesNothing), so one reconcile is counted
// and multiplied: by its default requeue, and by the webhooks, each of which
// refreshes every ApplicationSet that matches.
func Quota(b *testing.B, a ArgoCD) {
	const open = 1000
	var ours, free, theirs []float64
	for b.Loop() {
		w := newWorld(b, open)
		generate(b, a.PullRequests(b, w.forge.URL), open)
		reconciles := int(time.Hour/a.Requeue) + webhooks
		theirs = append(theirs, float64(w.forge.Calls().Counted*reconciles*sets))
		got := w.hour(b, counted)
		ours, free = append(ours, float64(got.Counted)), append(free, float64(got.NotModified))
	}
	measure.Row{
		Goal: 3, Unit: "calls", Peer: a.Name,
		Work: "calls that count, one hour, 100 sets (theirs: of one reconcile, times 102 times 100)",
		Ours: measure.Median(ours), Theirs: measure.Median(theirs),
		Bound: measure.Bound{Kind: measure.TimesAtLeast, At: 100},
	}.Report(b)
	measure.Row{Goal: 3, Unit: "calls", Work: "calls answered with 304, which are free, one hour, 100 sets", Ours: measure.Median(free)}.Report(b)
}

// hour starts a service and lets it poll for an hour at its default, woken by
// each webhook. It returns the calls that it made.
func (w *world) hour(t testing.TB, sets int) githubtest.Count {
	now := time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)
	begin := now
	before := w.forge.Calls()
	c := w.configure(t, sets)
	s := start(t, c, func() time.Time { return now })
	defer s.close()
	for _, e := range events(time.Duration(c.Poll)) {
		now = begin.Add(e.at)
		if e.change > 0 {
			w.change(e.change)
		}
		if e.webhook {
			s.source.Invalidate()
		}
		s.sync(t)
	}
	after := w.forge.Calls()
	w.check(t, s)
	return githubtest.Count{Counted: after.Counted - before.Counted, NotModified: after.NotModified - before.NotModified}
}

// event is when the service looks at the forge.
type event struct {
	at      time.Duration
	webhook bool
	change  int // number of the change that the webhook tells of, from 1; 0 is none
}

// events are the polls and the webhooks of an hour, evenly spread. Most webhooks
// tell of what changes no list, as checks and comments do.
func events(poll time.Duration) []event {
	var all []event
	for at := time.Duration(0); at < time.Hour; at += poll {
		all = append(all, event{at: at})
	}
	for n := range webhooks {
		e := event{at: time.Hour*time.Duration(n)/webhooks + 17*time.Second, webhook: true}
		if every := webhooks / changes; n%every == every/2 {
			e.change = n/every + 1
		}
		all = append(all, e)
	}
	slices.SortFunc(all, func(a, b event) int { return int(a.at - b.at) })
	return all
}

// change makes the n-th change: pull requests are merged, pushed to and opened,
// in turn, all over the list.
func (w *world) change(n int) {
	number := int64(w.opened*n/changes - 2)
	switch n % 3 {
	case 0:
		w.shop.OpenPull(githubtest.Pull{Labels: []string{"preview"}})
	case 1:
		w.shop.Merge(number)
	case 2:
		w.shop.Push(fmt.Sprintf("feature/checkout-%d", number-1), "octocat")
	}
	w.forge.Refresh()
}

// check fails where the last snapshots are not what they would be of a service
// that starts now.
func (w *world) check(t testing.TB, s *service) {
	t.Helper()
	fresh := start(t, s.config, s.sets[0].Now)
	defer fresh.close()
	fresh.sync(t)
	for _, set := range s.sets {
		got, err := s.board.Snapshot(set.Name)
		if err != nil {
			t.Fatal(err)
		}
		want, err := fresh.board.Snapshot(set.Name)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got.Previews, want.Previews) || len(want.Previews) == 0 {
			t.Fatalf("%s has other previews (%d) than a fresh start finds (%d)", set.Name, len(got.Previews), len(want.Previews))
		}
	}
}
