package plugin_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/plugin"
)

// states requests the states and decodes them.
func (s *service) states(t *testing.T, query string) (*httptest.ResponseRecorder, plugin.StatesView) {
	t.Helper()
	var view plugin.StatesView
	r := s.call(http.MethodGet, "/api/v1/previews"+query, "")
	if r.Code != http.StatusOK {
		return r, view
	}
	if err := json.Unmarshal(r.Body.Bytes(), &view); err != nil {
		t.Fatal(err)
	}
	if again, err := json.Marshal(view); err != nil || string(again)+"\n" != r.Body.String() {
		t.Errorf("got %s\nwant the JSON of StatesView, %s, %v", r.Body, again, err)
	}
	return r, view
}

// newStates returns a service with the sets web, with two states, shop, with one, and new,
// with none.
func newStates(t *testing.T) *service {
	t.Helper()
	s := newService(t, "web", "new", "shop")
	s.publish(t, "shop", "pr-1")
	publish(t, s, &generator.Snapshot{
		Set: "web", TakenAt: s.now, Warnings: []generator.Warning{{Subject: "lifetime.idle", Message: "no effect"}},
		Previews: []generator.Placed{{
			Preview: generator.Preview{
				Set: "web", Names: generator.Names{ID: "pr-2"},
				Change: generator.Change{Kind: generator.PullRequest, Number: 2, Branch: "cart", Title: "<b>", HeadSHA: "abc", URL: "https://example.com/2"},
			},
			Entry: generator.Entry{Committed: "abc", CommittedAt: s.now},
		}},
		Dropped: []generator.Dropped{{
			Change: generator.Change{Kind: generator.Branch, Branch: "main"}, ID: "br-main", Variant: "dark",
			Verdict: generator.Verdict{Reason: generator.ReasonBranch, Detail: "it is excluded"},
		}},
	})
	return s
}

func TestStatesAreSelected(t *testing.T) {
	t.Parallel()
	s := newStates(t)
	all := []string{"web", "new", "shop"}
	for query, want := range map[string]struct{ sets, ids []string }{
		"":                               {all, []string{"br-main", "pr-2", "pr-1"}},
		"?set=&state=":                   {all, []string{"br-main", "pr-2", "pr-1"}},
		"?set=shop":                      {[]string{"shop"}, []string{"pr-1"}},
		"?set=shop,web":                  {[]string{"web", "shop"}, []string{"br-main", "pr-2", "pr-1"}},
		"?set=shop&set=web&set=shop":     {[]string{"web", "shop"}, []string{"br-main", "pr-2", "pr-1"}},
		"?set=new":                       {[]string{"new"}, nil},
		"?state=dropped":                 {all, []string{"br-main"}},
		"?state=dropped,committed":       {all, []string{"br-main", "pr-2", "pr-1"}},
		"?state=live&state=dropped":      {all, []string{"br-main"}},
		"?state=syncing":                 {all, nil},
		"?state=committed&set=web":       {[]string{"web"}, []string{"pr-2"}},
		"?state=%64ropped":               {all, []string{"br-main"}},
		"?state=dropped%2Clive&set=,web": {[]string{"web"}, []string{"br-main"}},
	} {
		r, view := s.states(t, query)
		var sets, ids []string
		for _, set := range view.Sets {
			sets = append(sets, set.Set)
		}
		for _, p := range view.Previews {
			ids = append(ids, p.ID)
		}
		if r.Code != http.StatusOK || !slices.Equal(sets, want.sets) || !slices.Equal(ids, want.ids) {
			t.Errorf("%q: got %d, sets %q and previews %q, want %q and %q", query, r.Code, sets, ids, want.sets, want.ids)
		}
	}
	for query, want := range map[string]struct {
		status int
		text   string
	}{
		"?set=nope":         {404, "the set is not in previewset's configuration"},
		"?set=shop,nope":    {404, "the set is not in previewset's configuration"},
		"?set=Shop":         {404, "the set is not in previewset's configuration"},
		"?state=nope":       {400, "state is not one of dropped, waiting, committed, syncing, live, behind, failing, held, removing"},
		"?state=Live":       {400, "state is not one of dropped"},
		"?state=live,gone":  {400, "state is not one of dropped"},
		"?state=\"live\"":   {400, "state is not one of dropped"},
		"?state=x&set=nope": {400, "state is not one of dropped"},
		"?set=shop;state=x": {400, "the query is not valid"},
		"?set=%zz":          {400, "the query is not valid"},
	} {
		r, _ := s.states(t, query)
		if r.Code != want.status || !strings.Contains(message(t, r), want.text) {
			t.Errorf("%q: got %d %s, want %d %s", query, r.Code, r.Body, want.status, want.text)
		}
	}
}

func TestStatesHaveEachSet(t *testing.T) {
	t.Parallel()
	s := newStates(t)
	check := func(step string, want ...plugin.SetView) {
		t.Helper()
		_, view := s.states(t, "")
		for i := range want {
			if want[i].Warnings == nil {
				want[i].Warnings = []generator.Warning{}
			}
		}
		got, _ := json.Marshal(view.Sets)
		if wanted, _ := json.Marshal(want); string(got) != string(wanted) {
			t.Errorf("%s: got %s\nwant %s", step, got, wanted)
		}
	}
	const unread = "the set is not known yet: previewset has not read it since it started"
	noEffect := generator.Warning{Subject: "lifetime.idle", Message: "no effect"}
	web := plugin.SetView{Set: "web", TakenAt: s.now, Warnings: []generator.Warning{noEffect}}
	fresh, shop := plugin.SetView{Set: "new", Problem: unread}, plugin.SetView{Set: "shop", TakenAt: s.now}
	check("at the start", web, fresh, shop)

	s.board.Failed("new", "the source is not found")
	s.board.Failed("web", "the source limits the rate")
	fresh.Problem = unread + ": the source is not found, see previewset's log"
	web.Problem = "the source limits the rate, see previewset's log"
	check("after failures", web, fresh, shop)

	s.now = s.now.Add(maxAge + 1)
	old := "the newest snapshot of the set is from 2026-03-01T12:00:00Z and older than maxAge (1h0m0s)"
	web.Stale, web.Problem = true, old+": "+web.Problem
	shop.Stale, shop.Problem = true, old
	check("after maxAge", web, fresh, shop)

	left := generator.Warning{Subject: "previews/x", Message: "it has entries"}
	s.board.Warn("entries", map[string][]generator.Warning{"web": {left}, "old": {left}, "abc": {left}})
	web.Warnings = []generator.Warning{noEffect, left}
	check("with leftovers", web, fresh, shop,
		plugin.SetView{Set: "abc", Warnings: []generator.Warning{left}}, plugin.SetView{Set: "old", Warnings: []generator.Warning{left}})
	if r, view := s.states(t, "?set=old"); r.Code != http.StatusOK || len(view.Sets) != 1 {
		t.Errorf("got %d %s for a set with leftovers, want it", r.Code, r.Body)
	}
	option := generator.Warning{Subject: "ApplicationSet x", Message: "it keeps previews"}
	s.board.Warn("applicationsets", map[string][]generator.Warning{"web": {option, left}})
	s.board.Warn("entries", nil)
	web.Warnings = []generator.Warning{noEffect, option, left}
	check("with another topic", web, fresh, shop)
	s.board.Warn("applicationsets", nil)
	web.Warnings = web.Warnings[:1]
	check("without other warnings", web, fresh, shop)
}

// RFC 3339 has no years after 9999. The dates of commits can have any.
func TestStatesWithImpossibleDates(t *testing.T) {
	t.Parallel()
	for _, year := range []int{-1, 10_000, 300_000} {
		s := newService(t, "shop")
		publish(t, s, &generator.Snapshot{Set: "shop", TakenAt: s.now, Previews: []generator.Placed{{
			Preview:   generator.Preview{Set: "shop", Names: generator.Names{ID: "pr-1"}, Change: generator.Change{Kind: generator.PullRequest, Number: 1}},
			Placement: generator.Placement{Path: "previews/shop/pr-1"},
			Entry:     generator.Entry{CommittedAt: time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC)},
		}}})
		if r, view := s.states(t, ""); r.Code != http.StatusOK || len(view.Previews) != 1 || !view.Previews[0].Since.IsZero() {
			t.Errorf("year %d: got %d %s, want a state without a time", year, r.Code, r.Body)
		}
	}
}

// publishLarge publishes states of more than 64 MiB.
func (s *service) publishLarge(t *testing.T) {
	t.Helper()
	title := strings.Repeat("t", 1<<20)
	next := generator.Snapshot{Set: "shop", TakenAt: s.now}
	for i := range 33 {
		next.Previews = append(next.Previews, generator.Placed{Preview: generator.Preview{
			Set: "shop", Change: generator.Change{Kind: generator.PullRequest, Number: int64(i + 1), Title: title},
		}})
	}
	publish(t, s, &next)
}

func TestStatesAreBounded(t *testing.T) {
	t.Parallel()
	s := newService(t, "shop")
	s.publishLarge(t)
	for _, path := range []string{"/api/v1/previews", "/api/v1/events"} {
		if r := s.call(http.MethodGet, path, ""); r.Code != http.StatusRequestEntityTooLarge {
			t.Errorf("%s: got %d, want %d", path, r.Code, http.StatusRequestEntityTooLarge)
		}
	}
	if r, view := s.states(t, "?state=held"); r.Code != http.StatusOK || len(view.Previews) != 0 {
		t.Errorf("got %d, want no previews", r.Code)
	}
}
