package plugin_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/plugin"
)

func publishEntry(t *testing.T, s *service) {
	t.Helper()
	publish(t, s, &generator.Snapshot{Set: "shop", TakenAt: s.now, Previews: []generator.Placed{{
		Preview:   generator.Preview{Set: "shop", Names: generator.Names{ID: "pr-1"}, Change: generator.Change{Kind: generator.PullRequest, Number: 1, HeadSHA: "h"}},
		Placement: generator.Placement{Path: "previews/shop/pr-1", Revision: "r"}, Entry: generator.Entry{Committed: "h"},
	}}})
}

func applications(state generator.State) generator.Applications {
	const path = "previews/shop/pr-1"
	return generator.Applications{Watched: true, Known: true, ByPath: map[string][]generator.Application{
		path: {{Namespace: "argocd", Name: "shop-pr-1", Path: path, State: state, Revision: "r", Message: "said Argo CD"}},
	}}
}

// The states have what Applications say, also if they are known before the snapshot. The
// answer for Argo CD does not change.
func TestStatesHaveApplications(t *testing.T) {
	t.Parallel()
	s := newService(t, "shop")
	s.board.Applications("shop", applications(generator.StateLive))
	publishEntry(t, s)
	const question = `{"input": {"parameters": {"set": "shop"}}}`
	before := s.ask(question).Body.String()
	for _, test := range []struct {
		apps       generator.Applications
		state      generator.State
		live, warn string
	}{
		{applications(generator.StateLive), generator.StateLive, "h", ""},
		{applications(generator.StateFailing), generator.StateFailing, "", ""},
		{generator.Applications{Watched: true, Problem: "apply the Role"}, generator.StateCommitted, "", "apply the Role"},
		{applications(generator.StateLive), generator.StateLive, "h", ""},
	} {
		s.board.Applications("shop", test.apps)
		var got plugin.StatesView
		if err := json.Unmarshal(s.call(http.MethodGet, "/api/v1/previews", "").Body.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
		preview := got.Previews[0]
		if preview.State != test.state || preview.LiveSHA != test.live || len(preview.Applications) != len(test.apps.ByPath) {
			t.Errorf("got %+v, want %s and the live commit %q", preview, test.state, test.live)
		}
		warned := slices.ContainsFunc(got.Sets[0].Warnings, func(w generator.Warning) bool { return w.Message == test.warn })
		if warned != (test.warn != "") || len(got.Sets[0].Warnings) > 1 {
			t.Errorf("got the warnings %v, want %q", got.Sets[0].Warnings, test.warn)
		}
		snapshot, apps, statuses := s.board.Statuses("shop")
		if snapshot == nil || apps.Problem != test.apps.Problem || len(statuses) != 1 || statuses[0].State != test.state {
			t.Errorf("got %v, %v from Statuses", apps, statuses)
		}
	}
	if after := s.ask(question).Body.String(); after != before || !strings.Contains(after, "pr-1") {
		t.Errorf("got the answer %s, want %s", after, before)
	}
	s.board.Applications("absent", applications(generator.StateLive))
	if snapshot, _, _ := s.board.Statuses("absent"); snapshot != nil {
		t.Errorf("got %v for a set that is not configured", snapshot)
	}
}

// A failed sync changes no state.
func TestFailedSyncKeepsApplications(t *testing.T) {
	t.Parallel()
	s := newService(t, "shop")
	publishEntry(t, s)
	s.board.Failed("shop", "the source is not found")
	s.board.Applications("shop", applications(generator.StateFailing))
	body := s.call(http.MethodGet, "/api/v1/previews", "").Body.String()
	if !strings.Contains(body, `"state":"failing"`) || !strings.Contains(body, "the source is not found") {
		t.Errorf("got %s, want the failure and the Application", body)
	}
	s.board.Failed("shop", "the source is not available")
	if body := s.call(http.MethodGet, "/api/v1/previews", "").Body.String(); !strings.Contains(body, `"state":"failing"`) {
		t.Errorf("got %s, want the Application", body)
	}
}

func TestStreamHasChangesOfApplications(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, s *service, p *piped) {
		publishEntry(t, s)
		c := p.open("/api/v1/events", token)
		c.want("start", "snapshot /")
		s.board.Applications("shop", applications(generator.StateSyncing))
		c.want("created", "preview shop/pr-1 syncing")
		s.board.Applications("shop", applications(generator.StateSyncing))
		c.want("the same")
		s.board.Applications("shop", applications(generator.StateLive))
		c.want("live", "preview shop/pr-1 live")
		publish(t, s, &generator.Snapshot{Set: "shop", TakenAt: s.now})
		c.want("no entry", "preview shop/pr-1 removing")
		s.board.Applications("shop", generator.Applications{Watched: true, Known: true})
		c.want("no Application", "preview-removed shop/pr-1")
		s.board.Applications("shop", generator.Applications{Watched: true, Problem: "apply the Role"})
		c.want("a problem", "set shop/")
	}, "shop")
}
