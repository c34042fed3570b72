package github_test

import (
	"net/http"
	"testing"

	"github.com/previewset/previewset/generator/forge"
	"github.com/previewset/previewset/generator/forge/forgetest"
	"github.com/previewset/previewset/generator/github"
	githubtest "github.com/previewset/previewset/test/fake/github"
)

const (
	writerToken = "ghp_writer"
	appID       = 7
)

// feedbackServer is a fake GitHub with the repository acme/shop for forgetest.
type feedbackServer struct {
	*githubtest.Server
	repo    *githubtest.Repo
	options github.Options
	denied  int // the status of Deny
	app     bool
}

var _ forgetest.DeploymentServer = (*feedbackServer)(nil)

// startFeedback starts a server with a token or an App. denied is the status with which
// GitHub refuses credentials that may not write.
func startFeedback(t *testing.T, app bool, denied int) *feedbackServer {
	t.Helper()
	s := &feedbackServer{Server: githubtest.New(t), denied: denied, app: app}
	s.repo = s.Repo("acme", "shop")
	s.options = github.Options{Owner: "acme", Repo: "shop", Options: forge.Options{HTTP: s.Transport()}}
	if app {
		key := s.App(appID, 70)
		s.options.App = &github.App{ID: appID, InstallationID: 70, PrivateKey: func() ([]byte, error) { return key, nil }}
		return s
	}
	s.TokenOf("previewset-bot", writerToken)
	s.options.Token = func() (string, error) { return writerToken, nil }
	return s
}

func (s *feedbackServer) Feedback(t *testing.T) forge.Feedback {
	t.Helper()
	f, err := github.NewFeedback(s.options)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func (s *feedbackServer) OpenPull() int64                   { return s.repo.OpenPull(githubtest.Pull{}) }
func (s *feedbackServer) Head(number int64) string          { return s.repo.PullHead(number) }
func (s *feedbackServer) Comment(number int64, body string) { s.repo.Comment(number, "mallory", body) }
func (s *feedbackServer) Lock(number int64)                 { s.repo.Lock(number) }
func (s *feedbackServer) Archive()                          { s.repo.Archive() }
func (s *feedbackServer) Rename()                           { s.repo.Rename("store") }
func (s *feedbackServer) Deny()                             { s.Server.Deny(s.denied) }
func (s *feedbackServer) Execute(r *http.Request)           { s.Answer(r) }

func (s *feedbackServer) Deploy(environment, commit string) {
	s.repo.AddDeployment("mallory", environment, commit)
}

func (s *feedbackServer) Comments(number int64) []string {
	var bodies []string
	for _, c := range s.repo.Comments(number) {
		bodies = append(bodies, c.Body)
	}
	return bodies
}

func (s *feedbackServer) Statuses(commit string) []forge.CommitStatus {
	var all []forge.CommitStatus
	for _, c := range s.repo.Statuses(commit) {
		all = append(all, forge.CommitStatus{Name: c.Name, State: forge.StatusState(c.State), Description: c.Description, URL: c.URL})
	}
	return all
}

// Succeed adds a status of another user, or a check run of another App.
func (s *feedbackServer) Succeed(commit, name string) {
	other := githubtest.Status{Author: "mallory", Commit: commit, Name: name, State: "success", Description: "ok"}
	if s.app {
		other.App = appID + 1
	}
	s.repo.AddStatus(other)
}

// Revoke revokes the token, or replaces the key of the App.
func (s *feedbackServer) Revoke() {
	if s.app {
		s.App(appID, 70)
		s.RevokeAll()
		return
	}
	s.Server.Revoke(writerToken)
}

// Narrow answers requests for the user as GitHub does for a token of an installation.
func (s *feedbackServer) Narrow() {
	s.Fault(func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path != "/user" && r.URL.Path != "/app/installations/70" {
			return false
		}
		w.WriteHeader(http.StatusForbidden)
		_, _ = w.Write([]byte(`{"message":"Resource not accessible by integration"}`))
		return true
	})
}

func TestFeedbackWithToken(t *testing.T) {
	t.Parallel()
	start := func(t *testing.T) *feedbackServer { t.Helper(); return startFeedback(t, false, http.StatusForbidden) }
	forgetest.CheckFeedback(t, func(t *testing.T) forgetest.FeedbackServer { t.Helper(); return start(t) })
	forgetest.CheckDeployments(t, func(t *testing.T) forgetest.DeploymentServer { t.Helper(); return start(t) })
}

// GitHub answers with a status 404 to a classic token without the scope.
func TestFeedbackWithoutScope(t *testing.T) {
	t.Parallel()
	start := func(t *testing.T) *feedbackServer { t.Helper(); return startFeedback(t, false, http.StatusNotFound) }
	forgetest.CheckFeedback(t, func(t *testing.T) forgetest.FeedbackServer { t.Helper(); return start(t) })
	forgetest.CheckDeployments(t, func(t *testing.T) forgetest.DeploymentServer { t.Helper(); return start(t) })
}

func TestFeedbackWithApp(t *testing.T) {
	t.Parallel()
	start := func(t *testing.T) *feedbackServer { t.Helper(); return startFeedback(t, true, http.StatusForbidden) }
	forgetest.CheckFeedback(t, func(t *testing.T) forgetest.FeedbackServer { t.Helper(); return start(t) })
	forgetest.CheckDeployments(t, func(t *testing.T) forgetest.DeploymentServer { t.Helper(); return start(t) })
}
