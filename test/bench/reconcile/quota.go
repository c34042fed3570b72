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
	counted  = 2 // sets that run; more sets add no calls (TestSetsAddNoCalls)
	webhooks = 100
	changes  = 10 // each triggers one of the webhooks
)

// Quota counts the calls of 100 ApplicationSets on one repository with 1,000 pull
// requests in one hour, for each side (goal 3).
//
// Argo CD's generator keeps nothing between two reconciles, and shares nothing between
// two ApplicationSets (TestReconcilesShareNoCalls). So Quota counts the calls of one
// reconcile and multiplies them by the number of reconciles: at the default requeue
// interval, and one for each webhook, because a webhook refreshes every matching
// ApplicationSet.
func Quota(b *testing.B, a ArgoCD) {
	const open = 1000
	var ours, free, peer []float64
	for b.Loop() {
		f := newFixture(b, open)
		generate(b, a.PullRequests(b, f.forge.URL), open)
		reconciles := int(time.Hour/a.Requeue) + webhooks
		peer = append(peer, float64(f.forge.Calls().Counted*reconciles*sets))
		got := f.runHour(b, counted)
		ours, free = append(ours, float64(got.Counted)), append(free, float64(got.NotModified))
	}
	measure.Row{
		Goal: 3, Unit: "calls", Peer: a.Name,
		Work: "counted calls, one hour, 100 sets (peer: one reconcile, times 102, times 100)",
		Ours: measure.Median(ours), Theirs: measure.Median(peer),
		Bound: measure.Bound{Kind: measure.TimesAtLeast, At: 100},
	}.Report(b)
	measure.Row{Goal: 3, Unit: "calls", Work: "free calls (304), one hour, 100 sets", Ours: measure.Median(free)}.Report(b)
}

// runHour starts a service and simulates one hour of polls at the default interval, with
// webhooks. It returns the number of calls of the service.
func (f *fixture) runHour(t testing.TB, sets int) githubtest.Count {
	now := time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)
	begin := now
	before := f.forge.Calls()
	c := f.configure(t, sets)
	s := start(t, c, func() time.Time { return now })
	defer s.close()
	for _, e := range events(time.Duration(c.Poll)) {
		now = begin.Add(e.offset)
		if e.change > 0 {
			f.change(e.change)
		}
		if e.webhook {
			s.source.Invalidate()
		}
		s.sync(t)
	}
	after := f.forge.Calls()
	f.check(t, s)
	return githubtest.Count{Counted: after.Counted - before.Counted, NotModified: after.NotModified - before.NotModified}
}

// event triggers a sync of the service.
type event struct {
	offset  time.Duration // from the start of the hour
	webhook bool
	change  int // number of the change that triggers the webhook, from 1; 0 is none
}

// events returns the polls and the webhooks of an hour, evenly distributed. Most webhooks
// are about events that change no list, such as checks and comments.
func events(poll time.Duration) []event {
	var all []event
	for offset := time.Duration(0); offset < time.Hour; offset += poll {
		all = append(all, event{offset: offset})
	}
	for n := range webhooks {
		e := event{offset: time.Hour*time.Duration(n)/webhooks + 17*time.Second, webhook: true}
		if every := webhooks / changes; n%every == every/2 {
			e.change = n/every + 1
		}
		all = append(all, e)
	}
	slices.SortFunc(all, func(a, b event) int { return int(a.offset - b.offset) })
	return all
}

// change makes the n-th change. Changes alternate between a merge, a push and a new pull
// request, and are spread over the list.
func (f *fixture) change(n int) {
	number := int64(f.opened*n/changes - 2)
	switch n % 3 {
	case 0:
		f.shop.OpenPull(githubtest.Pull{Labels: []string{"preview"}})
	case 1:
		f.shop.Merge(number)
	case 2:
		f.shop.Push(fmt.Sprintf("feature/checkout-%d", number-1), "octocat")
	}
	f.forge.Refresh()
}

// check fails the test unless the last snapshots equal the snapshots of a service that
// starts now.
func (f *fixture) check(t testing.TB, s *service) {
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
			t.Fatalf("%s: the %d previews differ from the %d previews of a new service", set.Name, len(got.Previews), len(want.Previews))
		}
	}
}
