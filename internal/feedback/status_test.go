package feedback_test

import (
	"testing"
	"testing/synctest"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/forge"
	"github.com/previewset/previewset/internal/feedback"
)

// statusOf returns the status of commit that a writer with one set writes for a report.
func statusOf(t *testing.T, r feedback.Report, commit string) (s forge.CommitStatus) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		p := start(t, shop(&client{world: w}))
		defer p.stop()
		p.Report(report(preview(42, generator.StateSyncing, commitA, "")))
		settle()
		p.Report(r)
		settle()
		s = w.status(commit, "preview")
	})
	return s
}

// A base that does not build makes no commit red that is live: only a newer commit.
func TestFaultsAndStates(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		head, live  string
		state       forge.StatusState
		description string
	}{
		"live":     {commitA, commitA, forge.StatusSuccess, "Preview is live, but can't be updated: Kustomize can't build its overlay; the cause is in the GitOps repository, not in this commit"},
		"not live": {commitA, "", forge.StatusFailure, "Preview can't be updated: Kustomize can't build its overlay; the cause is in the GitOps repository, not in this commit"},
		"newer":    {commitB, commitA, forge.StatusFailure, "Preview is behind: Kustomize can't build its overlay"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := preview(42, generator.StateBehind, commitA, test.live)
			s.HeadSHA, s.Reason = test.head, generator.ReasonOverlay
			s.Fault = &generator.Fault{Kind: generator.FaultBuild, Message: "build failed"}
			got := statusOf(t, feedback.Report{Set: "shop", Statuses: []generator.Status{s}}, test.head)
			if got.State != test.state || got.Description != test.description {
				t.Errorf("got %s, %q, want %s, %q", got.State, got.Description, test.state, test.description)
			}
		})
	}
}

// The description of a removal has one colon, and no remedy.
func TestDescriptionOfARemoval(t *testing.T) {
	t.Parallel()
	for message, want := range map[string]string{
		"it is a draft: mark it as ready for review":     "Preview was removed: the pull request is a draft",
		`it has no label "kind: preview": set the label`: `Preview was removed: the pull request has no label "kind: preview"`,
		"the set no longer has the variant eu":           "Preview was removed: the set no longer has the variant eu",
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			s := dropped(42, commitA)
			ended := generator.Ended{Change: s.Change, ID: "pr-42", Verdict: generator.Verdict{Reason: generator.ReasonDraft, Detail: message}}
			got := statusOf(t, feedback.Report{Set: "shop", Statuses: []generator.Status{s}, Ended: []generator.Ended{ended}}, commitA)
			if got.Description != want {
				t.Errorf("got %q, want %q", got.Description, want)
			}
		})
	}
}
