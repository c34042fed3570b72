package gitea_test

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/forge"
	"github.com/previewset/previewset/generator/forge/forgetest"
	"github.com/previewset/previewset/generator/gitea"
	giteatest "github.com/previewset/previewset/test/fake/gitea"
)

const (
	writer      = "previewset"
	writerToken = "gitea-writer-token"
)

// feedbackServer is a fake Gitea with the repository acme/shop for forgetest.
type feedbackServer struct{ *giteatest.FeedbackServer }

func startFeedback(t *testing.T) feedbackServer {
	t.Helper()
	s := feedbackServer{giteatest.NewFeedback(t)}
	s.Token(writer, writerToken, "write:issue", "write:repository", "read:user")
	return s
}

func (s feedbackServer) Feedback(t *testing.T) forge.Feedback {
	t.Helper()
	o := gitea.Options{URL: s.URL, Owner: "acme", Repo: "shop"}
	token(writerToken)(&o)
	f, err := gitea.NewFeedback(o)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func (s feedbackServer) Comment(number int64, body string) {
	s.FeedbackServer.Comment(number, "mallory", body)
}

func (s feedbackServer) Comments(number int64) []string {
	var bodies []string
	for _, c := range s.FeedbackServer.Comments(number) {
		bodies = append(bodies, c.Body)
	}
	return bodies
}

func (s feedbackServer) Statuses(commit string) []forge.CommitStatus {
	var all []forge.CommitStatus
	for _, c := range s.FeedbackServer.Statuses(commit) {
		all = append(all, forge.CommitStatus{Name: c.Name, State: forge.StatusState(c.State), Description: c.Description, URL: c.URL})
	}
	return all
}

func (s feedbackServer) Succeed(commit, name string) {
	s.AddStatus(giteatest.Status{Author: "mallory", Commit: commit, Name: name, State: "success", Description: "ok"})
}

// Lock locks the conversation for a writer who may only read: users who may write can
// comment.
func (s feedbackServer) Lock(number int64) {
	s.FeedbackServer.Lock(number)
	s.Reader(writer)
}

func (s feedbackServer) Rename()                 { s.FeedbackServer.Rename("store") }
func (s feedbackServer) Revoke()                 { s.FeedbackServer.Revoke(writerToken) }
func (s feedbackServer) Execute(r *http.Request) { s.Answer(r) }

// Deny replaces the token by one that may only read.
func (s feedbackServer) Deny() {
	s.Token(writer, writerToken, "read:issue", "read:repository", "read:user")
}

// Narrow replaces the token by one that may not read its user.
func (s feedbackServer) Narrow() { s.Token(writer, writerToken, "write:issue", "write:repository") }

func TestFeedback(t *testing.T) {
	t.Parallel()
	forgetest.CheckFeedback(t, func(t *testing.T) forgetest.FeedbackServer { t.Helper(); return startFeedback(t) })
}

// A missing scope and a missing right of the user are named, with the message of Gitea.
func TestFeedbackNamesMissingRights(t *testing.T) {
	t.Parallel()
	s := startFeedback(t)
	number := s.OpenPull()
	commit := s.Head(number)
	status := func(f forge.Feedback) error {
		return f.SetStatus(t.Context(), commit, forge.CommitStatus{Name: "preview", State: forge.StatusPending})
	}
	for name, tt := range map[string]struct {
		scopes  []string
		request func(forge.Feedback) error
		want    []string
	}{
		"no user": {
			[]string{"write:issue", "write:repository"},
			func(f forge.Feedback) error { _, err := f.Comments(t.Context(), number, ""); return err },
			[]string{"required=[read:user]", "read:user"},
		},
		"no comments": {
			[]string{"write:repository", "read:user"},
			func(f forge.Feedback) error { _, err := f.CreateComment(t.Context(), number, "x"); return err },
			[]string{"required=[write:issue]", "the scopes write:issue"},
		},
		"no statuses": {
			[]string{"write:issue", "read:repository", "read:user"},
			status,
			[]string{"required=[write:repository]", "the scopes write:repository"},
		},
	} {
		s.Token(writer, writerToken, tt.scopes...)
		err := tt.request(s.Feedback(t))
		for _, want := range tt.want {
			if !errors.Is(err, generator.ErrUnauthorized) || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: got %v, want %v with %q", name, err, generator.ErrUnauthorized, want)
			}
		}
	}
	s.Token(writer, writerToken, "write:issue", "write:repository", "read:user")
	s.Reader(writer)
	if err := status(s.Feedback(t)); !errors.Is(err, generator.ErrUnauthorized) || !strings.Contains(err.Error(), "may write to the code") {
		t.Errorf("reader: got %v, want %v with the right", err, generator.ErrUnauthorized)
	}
}

// After a rotation, the token belongs to another user: what that user wrote is found.
func TestFeedbackAfterRotation(t *testing.T) {
	t.Parallel()
	s := startFeedback(t)
	number := s.OpenPull()
	f := s.Feedback(t)
	if _, err := f.CreateComment(t.Context(), number, "old"); err != nil {
		t.Fatal(err)
	}
	s.Token("other", writerToken, "write:issue", "write:repository", "read:user")
	want, err := f.CreateComment(t.Context(), number, "new")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := f.Comments(t.Context(), number, ""); err != nil || len(got) != 1 || got[0] != want {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
}

func TestFeedbackOfStanza(t *testing.T) {
	t.Parallel()
	s := startFeedback(t)
	stanza := &gitea.Stanza{URL: s.URL, Owner: "acme", Repo: "shop"}
	if _, err := stanza.Feedback(forge.Options{}, forge.Access{}); err == nil || !strings.Contains(err.Error(), "feedback.tokenFile") || stanza.WritesAsApp() {
		t.Errorf("no token: got %v, App: %t, want an error that names feedback.tokenFile, and no App", err, stanza.WritesAsApp())
	}
	file := filepath.Join(t.TempDir(), "token")
	f, err := stanza.Feedback(forge.Options{}, forge.Access{TokenFile: file})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.UpdatedAt(t.Context(), s.OpenPull()); err == nil || !strings.Contains(err.Error(), "feedback.token") {
		t.Errorf("no file: got %v, want an error that names feedback.token", err)
	}
	if err := os.WriteFile(file, []byte(writerToken+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := f.UpdatedAt(t.Context(), 1); err != nil {
		t.Errorf("token in a file: %v", err)
	}
}

// The recorded repository is public.
func TestListingIsPrivate(t *testing.T) {
	t.Parallel()
	s := giteatest.New(t)
	if list(t, open(t, s), facts).Private {
		t.Error("got a private repository, want a public one")
	}
	s.Fault(fault("/repos/acme/shop", "", edited(s, func(a *giteatest.Answer) {
		a.Body = strings.Replace(a.Body, `"private":false`, `"private":true`, 1)
	})))
	if !list(t, open(t, s), facts).Private {
		t.Error("got a public repository, want a private one")
	}
}
