package forgetest

import (
	"strings"
	"testing"

	"github.com/previewset/previewset/generator/forge"
)

func statusChecks() map[string]func(*testing.T, FeedbackServer) {
	return map[string]func(*testing.T, FeedbackServer){
		"the newest status counts":          checkStatus,
		"statuses of others are ignored":    checkOtherStatuses,
		"statuses are on several pages":     checkStatusPages,
		"descriptions are cut to the limit": checkDescriptions,
	}
}

// status returns the status of a commit without its ID and details.
func status(t *testing.T, f forge.Feedback, commit, name string) forge.CommitStatus {
	t.Helper()
	s, err := f.Status(t.Context(), commit, name)
	if err != nil {
		t.Fatalf("status of %s: %v", commit, err)
	}
	s.ID, s.Details = "", ""
	return s
}

// set writes a status as the writer of feedback does: with the ID of the newest one.
func set(t *testing.T, f forge.Feedback, commit string, s forge.CommitStatus) {
	t.Helper()
	current, err := f.Status(t.Context(), commit, s.Name)
	if err != nil {
		t.Fatalf("status of %s: %v", commit, err)
	}
	s.ID = current.ID
	if err := f.SetStatus(t.Context(), commit, s); err != nil {
		t.Fatalf("set %+v: %v", s, err)
	}
}

// The statuses go through all changes between states, also from a final state to pending.
func checkStatus(t *testing.T, s FeedbackServer) {
	number := s.OpenPull()
	commit, f := s.Head(number), s.Feedback(t)
	const name = "preview/shop"
	if got := status(t, f, commit, name); got != (forge.CommitStatus{}) {
		t.Errorf("before: got %+v, want no status", got)
	}
	states := []forge.StatusState{
		forge.StatusPending, forge.StatusPending, forge.StatusSuccess, forge.StatusPending, forge.StatusFailure,
		forge.StatusSuccess, forge.StatusFailure, forge.StatusPending, forge.StatusSuccess,
	}
	for i, state := range states {
		want := forge.CommitStatus{Name: name, State: state, Description: "step " + string(rune('a'+i)), URL: "https://pr.acme.dev/?a=b&c=d"}
		set(t, f, commit, want)
		if got := status(t, s.Feedback(t), commit, name); got != want {
			t.Errorf("step %d: got %+v, want %+v", i, got, want)
		}
	}
	all := s.Statuses(commit)
	if got := all[len(all)-1]; got.State != forge.StatusSuccess || got.Name != name {
		t.Errorf("the forge shows %+v, want %s", got, forge.StatusSuccess)
	}
	if got := status(t, f, commit, "preview"); got != (forge.CommitStatus{}) {
		t.Errorf("another name: got %+v, want no status", got)
	}
	if got := status(t, f, s.Head(s.OpenPull()), name); got != (forge.CommitStatus{}) {
		t.Errorf("another commit: got %+v, want no status", got)
	}
}

func checkOtherStatuses(t *testing.T, s FeedbackServer) {
	commit, f := s.Head(s.OpenPull()), s.Feedback(t)
	s.Succeed(commit, "preview")
	if got := status(t, f, commit, "preview"); got != (forge.CommitStatus{}) {
		t.Errorf("got %+v, want no status", got)
	}
	want := forge.CommitStatus{Name: "preview", State: forge.StatusFailure, Description: "failing", URL: "https://acme.dev"}
	set(t, f, commit, want)
	s.Succeed(commit, "preview")
	if got := status(t, f, commit, "preview"); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func checkStatusPages(t *testing.T, s FeedbackServer) {
	commit, f := s.Head(s.OpenPull()), s.Feedback(t)
	s.PageLimit(5)
	want := forge.CommitStatus{Name: "preview", State: forge.StatusSuccess, Description: "live", URL: "https://acme.dev"}
	set(t, f, commit, forge.CommitStatus{Name: "preview", State: forge.StatusFailure, Description: "older", URL: "https://acme.dev"})
	for i := range 30 {
		if i == 12 {
			set(t, f, commit, want)
		}
		s.Succeed(commit, "build")
	}
	if got := status(t, f, commit, "preview"); got != want {
		t.Errorf("got %+v, want %+v from a later page", got, want)
	}
}

func checkDescriptions(t *testing.T, s FeedbackServer) {
	commit, f := s.Head(s.OpenPull()), s.Feedback(t)
	for _, text := range []string{"", "short", strings.Repeat("é ", 200), "two\nlines \t", "a 🚀", strings.Repeat("x", forge.MaxDescription)} {
		set(t, f, commit, forge.CommitStatus{Name: "preview", State: forge.StatusPending, Description: text, URL: "https://acme.dev"})
		if got := status(t, f, commit, "preview").Description; got != forge.ShortDescription(text) {
			t.Errorf("%q: got %q, want %q", text, got, forge.ShortDescription(text))
		}
	}
}
