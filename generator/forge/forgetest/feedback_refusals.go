package forgetest

import (
	"errors"
	"strings"
	"testing"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/forge"
)

func refusalChecks() map[string]func(*testing.T, FeedbackServer) {
	return map[string]func(*testing.T, FeedbackServer){
		"a locked conversation":        checkLocked,
		"an archived repository":       checkArchived,
		"credentials that can't write": checkDenied,
		"revoked credentials":          checkRevoked,
		"credentials without a user":   checkNarrow,
		"a renamed repository":         checkRenamed,
	}
}

// refused checks that an error has a kind and names the remedy, and that nothing was
// written.
func refused(t *testing.T, operation string, err, kind error, remedy string) {
	t.Helper()
	if !errors.Is(err, kind) || !strings.Contains(err.Error(), remedy) || !strings.Contains(err.Error(), "acme/shop") {
		t.Errorf("%s: got %v, want %v with the repository and %q", operation, err, kind, remedy)
	}
}

func pending() forge.CommitStatus {
	return forge.CommitStatus{Name: "preview", State: forge.StatusPending, Description: "x", URL: "https://acme.dev"}
}

func checkLocked(t *testing.T, s FeedbackServer) {
	number := s.OpenPull()
	f := s.Feedback(t)
	s.Lock(number)
	_, err := f.CreateComment(t.Context(), number, marker)
	refused(t, "comment", err, forge.ErrLocked, "unlock it")
	if got := s.Comments(number); len(got) != 0 {
		t.Errorf("got %q, want no comments", got)
	}
}

func checkArchived(t *testing.T, s FeedbackServer) {
	number := s.OpenPull()
	f := s.Feedback(t)
	c := create(t, f, number, marker)
	s.Archive()
	_, err := f.CreateComment(t.Context(), number, marker)
	refused(t, "comment", err, forge.ErrLocked, "unarchive it")
	_, err = f.EditComment(t.Context(), number, c.ID, marker+"x")
	refused(t, "edit", err, forge.ErrLocked, "unarchive it")
}

func checkDenied(t *testing.T, s FeedbackServer) {
	number := s.OpenPull()
	f := s.Feedback(t)
	c := create(t, f, number, marker)
	s.Deny()
	_, err := f.CreateComment(t.Context(), number, marker)
	refused(t, "comment", err, generator.ErrUnauthorized, "check that the credentials of the feedback")
	_, err = f.EditComment(t.Context(), number, c.ID, marker+"x")
	refused(t, "edit", err, generator.ErrUnauthorized, "check that the credentials of the feedback")
	refused(t, "delete", f.DeleteComment(t.Context(), number, c.ID), generator.ErrUnauthorized, "check that the credentials of the feedback")
	refused(t, "status", f.SetStatus(t.Context(), s.Head(number), pending()), generator.ErrUnauthorized, "check that the credentials of the feedback")
	if got := list(t, f, number); len(got) != 1 || got[0].Body != marker {
		t.Errorf("got %+v, want one comment that was not edited", got)
	}
}

func checkRevoked(t *testing.T, s FeedbackServer) {
	number := s.OpenPull()
	f := s.Feedback(t)
	c := create(t, f, number, marker)
	s.Revoke()
	_, err := f.Comments(t.Context(), number, marker)
	refused(t, "comments", err, generator.ErrUnauthorized, "valid")
	_, err = f.EditComment(t.Context(), number, c.ID, marker+"x")
	refused(t, "edit", err, generator.ErrUnauthorized, "valid")
	if got := s.Comments(number); len(got) != 1 || got[0] != marker {
		t.Errorf("got %q, want one comment that was not edited", got)
	}
}

// Without their own user, the credentials can't tell their comments from those of others.
func checkNarrow(t *testing.T, s FeedbackServer) {
	number := s.OpenPull()
	s.Narrow()
	_, err := s.Feedback(t).Comments(t.Context(), number, marker)
	refused(t, "comments", err, generator.ErrUnauthorized, "check that the credentials of the feedback")
}

// A request that writes keeps its method and body when the forge redirects it.
func checkRenamed(t *testing.T, s FeedbackServer) {
	number := s.OpenPull()
	f := s.Feedback(t)
	s.Rename()
	c := create(t, f, number, "before "+marker)
	if _, err := f.EditComment(t.Context(), number, c.ID, "after "+marker); err != nil {
		t.Errorf("edit: %v", err)
	}
	set(t, f, s.Head(number), pending())
	if got := list(t, f, number); len(got) != 1 || got[0].Body != "after "+marker {
		t.Errorf("got %+v, want the edited comment", got)
	}
	if got := s.Statuses(s.Head(number)); len(got) != 1 {
		t.Errorf("got %+v, want one status", got)
	}
	if err := f.DeleteComment(t.Context(), number, c.ID); err != nil || len(s.Comments(number)) != 0 {
		t.Errorf("delete: got %v and %q, want no comments", err, s.Comments(number))
	}
}
