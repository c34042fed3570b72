package github_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/previewset/previewset/generator/github"
	githubtest "github.com/previewset/previewset/test/fake/github"
	"github.com/previewset/previewset/test/literals"
)

// TestEveryEvent tries every word of the source code, and events and actions of GitHub's
// documentation, as an event and as an action.
// https://docs.github.com/en/webhooks/webhook-events-and-payloads
func TestEveryEvent(t *testing.T) {
	t.Parallel()
	events := append(literals.Words(t, "."), strings.Fields(`branch_protection_rule check_run check_suite commit_comment create delete deployment
		fork issue_comment issues label member milestone page_build ping public pull_request pull_request_review
		pull_request_review_comment pull_request_review_thread pull_request_target push release repository star status watch workflow_run`)...)
	actions := append(literals.Words(t, "."), strings.Fields(`assigned auto_merge_disabled auto_merge_enabled closed converted_to_draft created deleted
		demilestoned dequeued edited enqueued labeled locked milestoned opened ready_for_review renamed reopened
		review_request_removed review_requested synchronize transferred unassigned unlabeled unlocked of_the_future`)...)
	actions = append(actions, "")
	// harmless are the actions of pull requests that change nothing that is listed.
	harmless := strings.Fields(`assigned unassigned auto_merge_enabled auto_merge_disabled dequeued enqueued locked unlocked milestoned
		demilestoned review_requested review_request_removed`)
	relevant := func(event, action string) bool {
		switch event {
		case "push", "create", "delete", "repository":
			return true
		case "label":
			return action != "created"
		case "pull_request":
			return !slices.Contains(harmless, action)
		}
		return false
	}
	verifier := github.Webhooks(func() [][]byte { return [][]byte{[]byte("hook")} })
	for _, event := range events {
		if event == "" {
			continue
		}
		for _, action := range actions {
			body, err := json.Marshal(map[string]any{
				"action": action, "repository": map[string]string{"full_name": "acme/shop", "html_url": "https://github.com/acme/shop"},
			})
			if err != nil {
				t.Fatal(err)
			}
			_, got, err := verifier.Verify(githubtest.Webhook("hook", event, body), body)
			if err != nil || got != relevant(event, action) {
				t.Errorf("%s, %s: got %v, %v, want %v", event, action, got, err, relevant(event, action))
			}
		}
	}
}
