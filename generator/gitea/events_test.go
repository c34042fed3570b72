package gitea_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/previewset/previewset/generator/gitea"
	giteatest "github.com/previewset/previewset/test/fake/gitea"
	"github.com/previewset/previewset/test/literals"
)

// TestEveryEvent tries every word of the source code, and events and actions of Gitea
// (modules/webhook/type.go and modules/structs/hook.go of 1.26.0), as an event and as
// an action.
func TestEveryEvent(t *testing.T) {
	t.Parallel()
	events := append(literals.Words(t, "."), strings.Fields(`create delete fork issue_assign issue_comment issue_label issue_milestone issues package
		pull_request pull_request_approved pull_request_assign pull_request_comment pull_request_label pull_request_milestone
		pull_request_rejected pull_request_review_request pull_request_sync push release repository status wiki workflow_run label`)...)
	actions := append(literals.Words(t, "."), strings.Fields(`assigned auto_merge_disabled auto_merge_enabled closed converted_to_draft created deleted
		demilestoned dequeued edited enqueued labeled locked milestoned opened ready_for_review renamed reopened
		review_request_removed review_requested synchronize transferred unassigned unlabeled unlocked of_the_future`)...)
	actions = append(actions, "")
	// harmless are the actions of pull requests that change nothing that is listed.
	harmless := strings.Fields("assigned unassigned milestoned demilestoned review_requested review_request_removed")
	relevant := func(event, action string) bool {
		switch event {
		case "push", "create", "delete", "repository":
			return true
		case "pull_request":
			return !slices.Contains(harmless, action)
		}
		return false
	}
	verifier := gitea.Webhooks(func() [][]byte { return [][]byte{[]byte("hook")} })
	for _, event := range events {
		if event == "" {
			continue
		}
		for _, action := range actions {
			body, err := json.Marshal(map[string]any{
				"action": action, "repository": map[string]string{"full_name": "acme/shop", "html_url": "https://gitea.acme.dev/acme/shop"},
			})
			if err != nil {
				t.Fatal(err)
			}
			_, got, err := verifier.Verify(giteatest.Webhook("hook", event, body), body)
			if err != nil || got != relevant(event, action) {
				t.Errorf("%s, %s: got %v, %v, want %v", event, action, got, err, relevant(event, action))
			}
		}
	}
}
