package forgetest

import (
	"net/http"
	"testing"

	"github.com/previewset/previewset/generator/forge"
)

// FeedbackServer is a fake of a forge with one repository, for CheckFeedback.
type FeedbackServer interface {
	// Feedback returns a new feedback on the repository. All have the same credentials,
	// which may write.
	Feedback(t *testing.T) forge.Feedback
	// OpenPull opens a pull request, and Head returns its head commit.
	OpenPull() int64
	Head(number int64) string
	// Comments returns the bodies of all comments on a pull request, oldest first.
	Comments(number int64) []string
	// Comment comments on a pull request as another user.
	Comment(number int64, body string)
	// Statuses returns the statuses of a commit, oldest first, without IDs.
	Statuses(commit string) []forge.CommitStatus
	// Succeed adds a status as another user, with the state success.
	Succeed(commit, name string)
	// Lock locks the conversation of a pull request, and Archive the repository.
	Lock(number int64)
	Archive()
	// Rename renames the repository. The forge redirects from its former name.
	Rename()
	// Deny takes the right to write from the credentials, and Revoke revokes them. Narrow
	// takes the right to read their own user.
	Deny()
	Revoke()
	Narrow()
	// PageLimit sets the largest number of entries on a page.
	PageLimit(n int)
	// Fault installs a hook that gets each request first and returns whether it has
	// answered. Execute handles a request without the hook, and discards the answer.
	Fault(hook func(w http.ResponseWriter, r *http.Request) bool)
	Execute(r *http.Request)
}

// DeploymentServer is a FeedbackServer with deployments.
type DeploymentServer interface {
	FeedbackServer
	// Deploy creates a deployment as another user.
	Deploy(environment, commit string)
}

const marker = "<!-- previewset -->"

// CheckFeedback checks the feedback on a forge. start starts a server for one test, and
// stops it when the test ends.
func CheckFeedback(t *testing.T, start func(t *testing.T) FeedbackServer) {
	t.Helper()
	for _, group := range []map[string]func(*testing.T, FeedbackServer){commentChecks(), statusChecks(), refusalChecks(), faultChecks()} {
		for name, check := range group {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				check(t, start(t))
			})
		}
	}
}

// CheckDeployments checks the deployments on a forge.
func CheckDeployments(t *testing.T, start func(t *testing.T) DeploymentServer) {
	t.Helper()
	for name, check := range deploymentChecks() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check(t, start(t))
		})
	}
}
