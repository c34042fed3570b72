package forgetest

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/forge"
)

func faultChecks() map[string]func(*testing.T, FeedbackServer) {
	return map[string]func(*testing.T, FeedbackServer){
		"an answer that is lost":            checkLostAnswers,
		"a rate limit":                      checkRateLimit,
		"an answer that cannot be read":     checkBadAnswers,
		"a redirect to another host":        checkForeignRedirect,
		"a redirect to another query":       checkOtherQuery,
		"a server that always redirects":    checkEndlessRedirect,
		"a failure is reported, not hidden": checkFailure,
	}
}

// answerWrites installs a hook for the requests that write to the repository.
func answerWrites(s FeedbackServer, answer func(w http.ResponseWriter, r *http.Request)) {
	s.Fault(func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method == http.MethodGet || strings.HasSuffix(r.URL.Path, "/access_tokens") {
			return false
		}
		answer(w, r)
		return true
	})
}

// The forge wrote the comment, and the answer was lost: the write fails, is not repeated,
// and is found again.
func checkLostAnswers(t *testing.T, s FeedbackServer) {
	number := s.OpenPull()
	f := s.Feedback(t)
	list(t, f, number)
	answerWrites(s, func(_ http.ResponseWriter, r *http.Request) {
		s.Execute(r)
		panic(http.ErrAbortHandler)
	})
	if _, err := f.CreateComment(t.Context(), number, marker); err == nil || errors.Is(err, generator.ErrNotFound) {
		t.Errorf("comment: got %v, want an error", err)
	}
	if err := f.SetStatus(t.Context(), s.Head(number), pending()); err == nil {
		t.Error("status: got no error, want one")
	}
	s.Fault(nil)
	if got := list(t, f, number); len(got) != 1 {
		t.Errorf("got %+v, want one comment", got)
	}
	if got := status(t, f, s.Head(number), "preview"); got != pending() || len(s.Statuses(s.Head(number))) != 1 {
		t.Errorf("got %+v, want one status", got)
	}
}

func checkRateLimit(t *testing.T, s FeedbackServer) {
	number := s.OpenPull()
	f := s.Feedback(t)
	list(t, f, number)
	requests := 0
	answerWrites(s, func(w http.ResponseWriter, _ *http.Request) {
		requests++
		w.Header().Set("Retry-After", strconv.Itoa(int(time.Hour/time.Second)))
		w.WriteHeader(http.StatusTooManyRequests)
	})
	for range 2 {
		_, err := f.CreateComment(t.Context(), number, marker)
		var limited *forge.RateLimitError
		if !errors.As(err, &limited) || time.Until(limited.Until) < 50*time.Minute {
			t.Errorf("got %v, want %v for an hour", err, generator.ErrRateLimited)
		}
	}
	if requests != 1 {
		t.Errorf("got %d requests, want none while the limit lasts", requests)
	}
}

func checkBadAnswers(t *testing.T, s FeedbackServer) {
	number := s.OpenPull()
	f := s.Feedback(t)
	list(t, f, number)
	s.Fault(func(w http.ResponseWriter, r *http.Request) bool {
		w.Header().Set("Content-Type", "application/json")
		if r.Method == http.MethodPost {
			w.WriteHeader(http.StatusCreated)
		}
		_, _ = w.Write([]byte(`"canary"`))
		return true
	})
	for name, request := range map[string]func() error{
		"comments": func() error { _, err := f.Comments(t.Context(), number, marker); return err },
		"comment":  func() error { _, err := f.CreateComment(t.Context(), number, marker); return err },
		"status":   func() error { _, err := f.Status(t.Context(), s.Head(number), "preview"); return err },
		"update":   func() error { _, err := f.UpdatedAt(t.Context(), number); return err },
	} {
		if err := request(); !errors.Is(err, generator.ErrIncomplete) || strings.Contains(err.Error(), "canary") {
			t.Errorf("%s: got %v, want %v without text of the answer", name, err, generator.ErrIncomplete)
		}
	}
}

func checkForeignRedirect(t *testing.T, s FeedbackServer) {
	number := s.OpenPull()
	f := s.Feedback(t)
	list(t, f, number)
	for _, status := range []int{http.StatusMovedPermanently, http.StatusFound, http.StatusTemporaryRedirect, http.StatusPermanentRedirect} {
		answerWrites(s, func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://evil.example"+r.URL.Path, status)
		})
		if c, err := f.CreateComment(t.Context(), number, marker); err == nil || errors.Is(err, generator.ErrNotFound) {
			t.Errorf("status %d: got %+v, %v, want an error", status, c, err)
		}
	}
}

func checkOtherQuery(t *testing.T, s FeedbackServer) {
	number := s.OpenPull()
	f := s.Feedback(t)
	list(t, f, number)
	redirects := 0
	answerWrites(s, func(w http.ResponseWriter, r *http.Request) {
		redirects++
		w.Header().Set("Location", r.URL.Path+"?page=2")
		w.WriteHeader(http.StatusPermanentRedirect)
	})
	if _, err := f.CreateComment(t.Context(), number, marker); err == nil || redirects != 1 {
		t.Errorf("got %v and %d requests, want an error and one request", err, redirects)
	}
}

func checkEndlessRedirect(t *testing.T, s FeedbackServer) {
	number := s.OpenPull()
	f := s.Feedback(t)
	list(t, f, number)
	requests := 0
	answerWrites(s, func(w http.ResponseWriter, r *http.Request) {
		requests++
		w.Header().Set("Location", r.URL.Path)
		w.WriteHeader(http.StatusMovedPermanently)
	})
	if _, err := f.CreateComment(t.Context(), number, marker); err == nil || !strings.Contains(err.Error(), "redirects more than") {
		t.Errorf("got %v, want an error about the redirects", err)
	}
	if requests > 10 {
		t.Errorf("got %d requests, want at most 10", requests)
	}
}

func checkFailure(t *testing.T, s FeedbackServer) {
	number := s.OpenPull()
	f := s.Feedback(t)
	c := create(t, f, number, marker)
	s.Fault(func(w http.ResponseWriter, _ *http.Request) bool {
		w.WriteHeader(http.StatusBadGateway)
		return true
	})
	for name, request := range map[string]func() error{
		"comments": func() error { _, err := f.Comments(t.Context(), number, marker); return err },
		"comment":  func() error { _, err := f.CreateComment(t.Context(), number, marker); return err },
		"edit":     func() error { _, err := f.EditComment(t.Context(), number, c.ID, marker); return err },
		"delete":   func() error { return f.DeleteComment(t.Context(), number, c.ID) },
		"status":   func() error { return f.SetStatus(t.Context(), s.Head(number), pending()) },
	} {
		if err := request(); err == nil || !strings.Contains(err.Error(), "502") || errors.Is(err, generator.ErrNotFound) {
			t.Errorf("%s: got %v, want the status 502", name, err)
		}
	}
}
