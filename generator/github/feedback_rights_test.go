package github_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/previewset/previewset/generator/forge"
	"github.com/previewset/previewset/generator/github"
	githubtest "github.com/previewset/previewset/test/fake/github"
)

// An App finds what its bot wrote, also without performed_via_github_app. People can write
// with an App, too.
func TestFeedbackFindsCommentsOfBot(t *testing.T) {
	t.Parallel()
	s := startFeedback(t, true, http.StatusForbidden)
	number := s.OpenPull()
	s.repo.Comment(number, "previewset[bot]", "of the bot")
	s.repo.Comment(number, "previewset", "of a user")
	s.repo.Comment(number, "other[bot]", "of another App")
	got, err := s.Feedback(t).Comments(t.Context(), number, "of")
	if err != nil || len(got) != 1 || got[0].Body != "of the bot" {
		t.Errorf("got %+v, %v, want the comment of the bot", got, err)
	}
}

// GitHub does not reopen a completed check run: the next one is new. Until it is completed,
// a check run is changed.
func TestCheckRunsAreChangedUntilCompleted(t *testing.T) {
	t.Parallel()
	s := startFeedback(t, true, http.StatusForbidden)
	commit, f := s.Head(s.OpenPull()), s.Feedback(t)
	for i, step := range []struct {
		state forge.StatusState
		runs  int
	}{{forge.StatusPending, 1}, {forge.StatusPending, 1}, {forge.StatusFailure, 1}, {forge.StatusPending, 2}, {forge.StatusSuccess, 2}, {forge.StatusSuccess, 3}} {
		current, err := f.Status(t.Context(), commit, "preview")
		if err != nil {
			t.Fatal(err)
		}
		next := forge.CommitStatus{ID: current.ID, Name: "preview", State: step.state, Description: "is " + string(step.state), Details: "**why**", URL: "https://acme.dev"}
		if err := f.SetStatus(t.Context(), commit, next); err != nil {
			t.Errorf("step %d: %v", i, err)
		}
		got, err := f.Status(t.Context(), commit, "preview")
		open := step.state == forge.StatusPending
		if err != nil || got.Details != "**why**" || (got.ID != "") != open || len(s.Statuses(commit)) != step.runs {
			t.Errorf("step %d: got %+v and %d check runs, %v, want an ID: %t, %d check runs", i, got, len(s.Statuses(commit)), err, open, step.runs)
		}
	}
}

// After a rotation, the token belongs to another user: what that user wrote is found.
func TestFeedbackAfterRotation(t *testing.T) {
	t.Parallel()
	s := startFeedback(t, false, http.StatusForbidden)
	number := s.OpenPull()
	f := s.Feedback(t)
	if _, err := f.CreateComment(t.Context(), number, "old"); err != nil {
		t.Fatal(err)
	}
	s.TokenOf("other", writerToken)
	want, err := f.CreateComment(t.Context(), number, "new")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := f.Comments(t.Context(), number, ""); err != nil || len(got) != 1 || got[0] != want {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
}

func TestFeedbackReportsRate(t *testing.T) {
	t.Parallel()
	for name, app := range map[string]bool{"token": false, "App": true} {
		s := startFeedback(t, app, http.StatusForbidden)
		var remaining []int
		s.options.OnRate = func(_ string, n, _ int, _ time.Time) { remaining = append(remaining, n) }
		if _, err := s.Feedback(t).CreateComment(t.Context(), s.OpenPull(), "x"); err != nil || len(remaining) != 1 || remaining[0] >= 5000 {
			t.Errorf("%s: got %v, %v, want the rate limit after the call", name, remaining, err)
		}
	}
}

func TestFeedbackOfStanza(t *testing.T) {
	t.Parallel()
	s := startFeedback(t, false, http.StatusForbidden)
	stanza := &github.Stanza{Owner: "acme", Repo: "shop"}
	if _, err := stanza.Feedback(forge.Options{}, forge.Access{}); err == nil || !strings.Contains(err.Error(), "feedback.tokenFile") || stanza.WritesAsApp() {
		t.Errorf("no credentials: got %v, App: %t, want an error that names feedback.tokenFile, and no App", err, stanza.WritesAsApp())
	}
	key, token := filepath.Join(t.TempDir(), "key"), filepath.Join(t.TempDir(), "token")
	for file, content := range map[string][]byte{key: s.App(appID, 70), token: []byte(writerToken)} {
		if err := os.WriteFile(file, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	stanza.App = &github.AppStanza{ID: appID, InstallationID: 70, PrivateKeyFile: key}
	if !stanza.WritesAsApp() {
		t.Error("got no App, want one")
	}
	for author, access := range map[string]forge.Access{"previewset[bot]": {}, "previewset-bot": {TokenFile: token}} {
		f, err := stanza.Feedback(forge.Options{HTTP: s.Transport()}, access)
		if err != nil {
			t.Fatal(err)
		}
		number := s.OpenPull()
		if _, err := f.CreateComment(t.Context(), number, "x"); err != nil {
			t.Errorf("%s: %v", author, err)
		}
		if got := s.repo.Comments(number); len(got) != 1 || got[0].Author != author {
			t.Errorf("got %+v, want a comment of %s", got, author)
		}
	}
}

func TestListingIsPrivate(t *testing.T) {
	t.Parallel()
	s := githubtest.New(t)
	r := s.Repo("acme", "shop")
	s.Token("reader")
	source := open(t, s, token("reader"))
	if list(t, source, pulls).Private {
		t.Error("got a private repository, want a public one")
	}
	r.Private()
	if !list(t, source, pulls).Private {
		t.Error("got a public repository, want a private one")
	}
}
