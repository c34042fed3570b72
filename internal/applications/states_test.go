package applications_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/previewset/previewset/generator"
	kubetest "github.com/previewset/previewset/test/fake/kube"
)

// states are Applications as Argo CD writes them, with the state, the reason, the message, the
// commit, and the time before now at which the state began.
func states() []stateCase {
	running := []any{"status.operationState.phase", "Running", "status.operationState.finishedAt", nil}
	outOfSync := []any{"status.sync.status", "OutOfSync"}
	return []stateCase{
		{name: "live", state: "live", since: time.Minute},
		{name: "no resource with a health", changes: []any{"status.health", nil}, state: "live", since: 2 * time.Minute},
		{name: "suspended", changes: []any{"status.health.status", "Suspended", "status.resources", []object{{"kind": "CronJob", "name": "a"}}}, state: "live", since: time.Minute},
		{name: "paused Rollout", changes: []any{"status.health.status", "Suspended", "status.resources", []object{{"kind": "Rollout", "name": "a"}}}, state: "syncing", reason: "suspended", message: "a Rollout is paused: promote it, or wait for its next step", since: time.Minute},
		{name: "two sources", changes: []any{
			"spec.source", nil,
			"spec.sources",
			[]object{
				{"repoURL": "https://charts.acme.dev", "chart": "shop", "targetRevision": "1.2.3"},
				{"repoURL": "https://git.acme.dev/ops/gitops", "path": "previews/shop/pr-1", "targetRevision": sha2},
			},
			"status.sync.revision", nil, "status.sync.revisions",
			[]string{"1.2.3", sha2},
		}, state: "live", revision: sha2, target: sha2, since: time.Minute},
		{name: "live at the commit before the target", changes: []any{"spec.source.targetRevision", sha2}, state: "live", target: sha2, since: time.Minute},
		{name: "warnings only", changes: []any{"status.conditions", []object{{"type": "OrphanedResourceWarning", "message": "m"}}}, state: "live", since: time.Minute},
		{name: "sync failed earlier, then succeeded", changes: []any{"status.operationState.syncResult.resources", []object{{"kind": "Job", "name": "a", "hookType": "PreSync", "hookPhase": "Succeeded"}}}, state: "live", since: time.Minute},

		{name: "new", changes: []any{"status", nil}, state: "syncing", reason: "progressing", message: "Argo CD has not compared it with its entry yet", revision: "-", since: time.Hour},
		{name: "not synced", changes: append(outOfSync, "status.operationState", nil), state: "syncing", reason: "out-of-sync", message: "Argo CD has not synced it yet", since: time.Hour},
		{name: "not synced at the new commit", changes: append(outOfSync, "status.sync.revision", sha2, "spec.source.targetRevision", sha2, "status.health.status", "Degraded"), state: "syncing", reason: "out-of-sync", message: "Argo CD has not synced it yet", revision: sha2, target: sha2},
		{name: "drift", changes: outOfSync, state: "syncing", reason: "out-of-sync", message: "an object in the cluster differs from the entry after the sync: look at the differences in Argo CD"},
		{name: "no automated sync", changes: append(outOfSync, "spec.syncPolicy", nil), state: "syncing", reason: "out-of-sync", message: "automated sync is off: sync it in Argo CD, or wait for its step of a RollingSync"},
		{name: "automated sync disabled", changes: append(outOfSync, "spec.syncPolicy.automated.enabled", false), state: "syncing", reason: "out-of-sync", message: "automated sync is off: sync it in Argo CD, or wait for its step of a RollingSync"},
		{name: "running", changes: append(running, "status.operationState.message", "waiting for completion of hook batch/Job/migrate"), state: "syncing", reason: "progressing", message: "Argo CD syncs it: waiting for completion of hook batch/Job/migrate", since: 3 * time.Minute},
		{name: "running, Degraded before", changes: append(running, "status.health.status", "Degraded"), state: "syncing", reason: "progressing", message: "Argo CD syncs it: successfully synced (all tasks run)", since: 3 * time.Minute},
		{name: "running for too long", changes: append(running, "status.operationState.message", "waiting for healthy state of apps/Deployment/web", "status.operationState.startedAt", at(-10*time.Minute)), state: "failing", reason: "progressing", message: "the sync has not ended within 10 minutes: look at the events of the namespace shop-pr-1: waiting for healthy state of apps/Deployment/web", since: 10 * time.Minute},
		{name: "progressing", changes: []any{"status.health.status", "Progressing", "status.resources", []object{{"kind": "Deployment", "name": "web", "health": object{"status": "Progressing", "message": "0 of 1 updated replicas are available..."}}}}, state: "syncing", reason: "progressing", message: "its resources are Progressing: Deployment web: 0 of 1 updated replicas are available", since: time.Minute},
		{name: "progressing for too long, synced lately", changes: []any{"status.health.status", "Progressing", "status.health.lastTransitionTime", at(-time.Hour)}, state: "syncing", reason: "progressing", message: "its resources are Progressing", since: 2 * time.Minute},
		{name: "progressing for too long", changes: []any{"status.health.status", "Progressing", "status.health.lastTransitionTime", at(-time.Hour), "status.operationState.finishedAt", at(-30 * time.Minute)}, state: "failing", reason: "progressing", message: "its resources are Progressing for more than 10 minutes: look at the events of the namespace shop-pr-1", since: 30 * time.Minute},
		{name: "progressing for too long, with drift", changes: append(outOfSync, "status.health.status", "Progressing", "status.health.lastTransitionTime", at(-time.Hour), "status.operationState.finishedAt", at(-30*time.Minute)), state: "failing", reason: "progressing", message: "its resources are Progressing for more than 10 minutes: look at the events of the namespace shop-pr-1", since: 30 * time.Minute},

		{
			name: "rejected by the API", changes: append(outOfSync,
				"status.operationState.phase", "Failed", "status.operationState.message", "one or more objects failed to apply, reason: quota (retried 5 times).", "status.operationState.retryCount", 5,
				"status.operationState.syncResult.resources", []object{{"kind": "Service", "name": "web", "status": "Synced"}, {"kind": "Deployment", "name": "web", "status": "SyncFailed", "message": `deployments.apps "web" is forbidden: exceeded quota`}}),
			state: "failing", reason: "sync", message: `the sync failed: Deployment web: deployments.apps "web" is forbidden: exceeded quota`, since: 2 * time.Minute,
		},
		{name: "failed without results", changes: []any{"status.operationState.phase", "Error", "status.operationState.message", "Failed to load application project: no such project (retried 5 times)."}, state: "failing", reason: "sync", message: "the sync failed: Failed to load application project: no such project", since: 2 * time.Minute},
		{name: "failed at an older commit", changes: append(outOfSync, "status.operationState.phase", "Failed", "status.sync.revision", sha2, "spec.source.targetRevision", sha2), state: "syncing", reason: "out-of-sync", message: "Argo CD has not synced it yet", revision: sha2, target: sha2},
		{name: "error of an older commit", changes: append(outOfSync, "status.operationState.phase", "Failed", "status.sync.revision", sha2, "spec.source.targetRevision", sha2, "status.conditions", []object{{"type": "SyncError", "message": "m"}}), state: "syncing", reason: "out-of-sync", message: "Argo CD has not synced it yet", revision: sha2, target: sha2},
		{
			name: "waits for the next attempt", changes: append(outOfSync,
				"status.operationState.phase", "Running", "status.operationState.message", "one or more objects failed to apply, reason: no matches for kind. Retrying attempt #2 at 5:04PM.", "status.operationState.retryCount", 2),
			state: "failing", reason: "sync", message: "the sync failed, and Argo CD tries it again: one or more objects failed to apply, reason: no matches for kind", since: 3 * time.Minute,
		},
		{
			name: "retries of an older commit", changes: append(outOfSync,
				"status.operationState.phase", "Running", "status.operationState.message", "quota. Retrying attempt #2 at 5:04PM.", "status.operationState.retryCount", 2, "spec.source.targetRevision", sha2),
			state: "failing", reason: "sync", message: "the sync failed, and Argo CD tries it again before it syncs 22222222: quota", target: sha2, since: 3 * time.Minute,
		},
		{name: "failed hook", changes: []any{
			"status.operationState.phase", "Failed", "status.operationState.message", "one or more synchronization tasks completed unsuccessfully",
			"status.operationState.syncResult.resources",
			[]object{{"kind": "Job", "name": "migrate", "hookType": "PreSync", "hookPhase": "Failed", "message": "Job has reached the specified backoff limit"}},
		}, state: "failing", reason: "hook", message: "a hook of the sync failed: PreSync hook Job migrate: Job has reached the specified backoff limit", since: 2 * time.Minute},
		{name: "Degraded, with a message", changes: []any{"status.health.status", "Degraded", "status.resources", []object{{"kind": "Job", "name": "a", "health": object{"status": "Healthy", "message": "done"}}, {"kind": "Job", "name": "seed", "health": object{"status": "Degraded", "message": "backoff limit"}}}}, state: "failing", reason: "degraded", message: "a resource is Degraded: Job seed: backoff limit", since: time.Minute},
		{name: "Degraded", changes: []any{"status.health.status", "Degraded"}, state: "failing", reason: "degraded", message: "a resource is Degraded: look at the resources of the Application argocd/a in Argo CD", since: time.Minute},
		{name: "Degraded, and the target is newer", changes: []any{"status.health.status", "Degraded", "spec.source.targetRevision", sha2}, state: "syncing", reason: "progressing", message: "its resources are Degraded", target: sha2, since: time.Minute},
		{name: "no manifests", changes: []any{"status.sync.status", "Unknown", "status.conditions", []object{{"type": "ComparisonError", "message": "Failed to load target state:\n\tapp path does not exist.", "lastTransitionTime": at(-5 * time.Second)}}}, state: "failing", reason: "comparison", message: "Argo CD can't compare the Application with its entry: Failed to load target state: app path does not exist", since: 5 * time.Second},
		{name: "project refuses", changes: []any{"status", object{"sync": object{"status": "Unknown"}, "health": object{"status": "Unknown"}, "conditions": []object{{"type": "InvalidSpecError", "message": "destination is not permitted", "lastTransitionTime": at(-5 * time.Second)}}}}, state: "failing", reason: "comparison", message: "Argo CD can't compare the Application with its entry: destination is not permitted", since: 5 * time.Second},
		{name: "sync not tried again", changes: append(outOfSync, "status.conditions", []object{{"type": "SyncError", "message": "Failed last sync attempt", "lastTransitionTime": at(-5 * time.Second)}}), state: "failing", reason: "sync", message: "the sync failed: Failed last sync attempt", since: 5 * time.Second},

		{name: "deletes resources", changes: removal(time.Minute, "resources-finalizer.argocd.argoproj.io", "post-delete-finalizer.argocd.argoproj.io"), state: "removing", reason: "deletion", message: "Argo CD deletes its resources", since: time.Minute},
		{name: "deletes resources in the background", changes: removal(time.Minute, "resources-finalizer.argocd.argoproj.io/background"), state: "removing", reason: "deletion", message: "Argo CD deletes its resources", since: time.Minute},
		{name: "PreDelete", changes: removal(time.Minute, "resources-finalizer.argocd.argoproj.io", "pre-delete-finalizer.argocd.argoproj.io", "pre-delete-finalizer.argocd.argoproj.io/cleanup"), state: "removing", reason: "deletion", message: "Argo CD runs its PreDelete hooks", since: time.Minute},
		{name: "PostDelete for long", changes: append(removal(5*time.Minute, "post-delete-finalizer.argocd.argoproj.io"), "status.conditions", []object{{"type": "DeletionError", "message": "namespaces \"x\" not found"}}), state: "removing", reason: "deletion", message: `Argo CD runs its PostDelete hooks; this takes more than 5 minutes: look at the Jobs and events in the namespace shop-pr-1, and the log of the application controller: namespaces "x" not found`, since: 5 * time.Minute},
		{name: "cleanup", changes: removal(time.Minute, "post-delete-finalizer.argocd.argoproj.io/cleanup"), state: "removing", reason: "deletion", message: "Argo CD deletes its PostDelete hooks", since: time.Minute},
		{name: "finalizer of others", changes: removal(time.Hour, "acme.dev/audit"), state: "removing", reason: "deletion", message: "it waits for the finalizer acme.dev/audit; this takes more than 5 minutes: look at the controller that owns the finalizer", since: time.Hour},
		{name: "no finalizer", changes: removal(time.Second), state: "removing", reason: "deletion", message: "the API server deletes it", since: time.Second},
	}
}

type stateCase struct {
	name                   string
	changes                []any
	state, reason, message string
	revision, target       string // sha1 if they are ""; "-" for none
	since                  time.Duration
}

func removal(before time.Duration, finalizers ...string) []any {
	return []any{"metadata.deletionTimestamp", at(-before), "metadata.finalizers", finalizers}
}

func TestStates(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for _, test := range states() {
			t.Logf("case: %s", test.name)
			api := kubetest.NewApplications()
			api.Put(app("a", test.changes...))
			f := start(t, api)
			want := generator.Application{
				Namespace: "argocd", Name: "a", Path: "previews/shop/pr-1", Target: or(test.target),
				State: generator.State(test.state), Revision: or(test.revision), Reason: generator.Reason(test.reason), Message: test.message,
			}
			if test.since != 0 {
				want.Since = time.Now().Add(-test.since).UTC()
			}
			if got := f.only(t, "shop"); got != want {
				t.Errorf("%s:\ngot  %+v\nwant %+v", test.name, got, want)
			}
		}
	})
}

func or(commit string) string {
	switch commit {
	case "":
		return sha1
	case "-":
		return ""
	}
	return commit
}

// A state that depends on the time changes without an event, and Changed is called.
func TestStatesChangeWithTheTime(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		changes func() []any
		after   time.Duration
		want    string
	}{
		"progressing": {func() []any {
			return []any{"status.health.status", "Progressing", "status.health.lastTransitionTime", at(0)}
		}, 10 * time.Minute, "for more than 10 minutes"},
		"removing": {func() []any { return removal(0, "resources-finalizer.argocd.argoproj.io") }, 5 * time.Minute, "more than 5 minutes"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				api := kubetest.NewApplications()
				api.Put(app("a", test.changes()...))
				f := start(t, api)
				if calls := f.changed(test.after - time.Second); strings.Join(calls, ";") != "shop;" {
					t.Errorf("got calls %q, want one for the set and one for all", calls)
				}
				if a := f.only(t, "shop"); strings.Contains(a.Message, test.want) {
					t.Errorf("got %q before the bound", a.Message)
				}
				if calls := f.changed(time.Second); len(calls) != 1 || calls[0] != "shop" {
					t.Errorf("got calls %q, want one for shop", calls)
				}
				if a := f.only(t, "shop"); !strings.Contains(a.Message, test.want) {
					t.Errorf("got %q, want %q", a.Message, test.want)
				}
				if calls := f.changed(time.Hour); len(calls) != 0 {
					t.Errorf("got calls %q later, want none", calls)
				}
			})
		})
	}
}

// Argo CD deletes the message of a failed attempt when the next one begins.
func TestMessageOfTheLastAttemptStays(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		api := kubetest.NewApplications()
		waits := app("a", "status.operationState.phase", "Running", "status.operationState.retryCount", 1, "status.operationState.message", "quota. Retrying attempt #1 at 5:04PM.")
		api.Put(waits)
		f := start(t, api)
		before := f.only(t, "shop")
		tries := []any{
			"status.operationState.phase", "Running", "status.operationState.retryCount", 1, "status.operationState.finishedAt", nil,
			"status.operationState.message", "Retrying operation. Attempt #1", "status.operationState.syncResult", nil,
		}
		api.Put(app("a", tries...))
		f.changed(time.Second)
		if got := f.only(t, "shop"); got != before || !strings.HasSuffix(got.Message, ": quota") {
			t.Errorf("during the attempt: got %+v, want %+v", got, before)
		}
		api.Put(app("a", append(tries, "status.operationState.startedAt", at(0))...))
		f.changed(time.Second)
		if got, want := f.only(t, "shop").Message, "the sync failed, and Argo CD tries it again"; got != want {
			t.Errorf("another operation: got %q, want %q", got, want)
		}
	})
}

// Whatever Argo CD repeats, messages are one visible line of at most 300 bytes, without
// credentials.
func TestMessagesAreHarmless(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for _, hostile := range []string{
			strings.Repeat("é", 1000), strings.Repeat("a b\n", 1000), "a\x1b[31mred\x00\u202e\u200b\u3164\U000e0041b", "\r\n\t", "x\xff\xfey",
			"clone https://bob:canary@git.acme.dev/x failed", strings.Repeat("x", 298) + "…", "…………", strings.Repeat(".", 400),
		} {
			api := kubetest.NewApplications()
			api.Put(app("a", "status.operationState.phase", "Failed", "status.operationState.message", hostile))
			f := start(t, api)
			m := f.only(t, "shop").Message
			if len(m) > 300 || !utf8.ValidString(m) || strings.Contains(m, "canary") || !strings.HasPrefix(m, "the sync failed") || strings.HasSuffix(m, ".") ||
				strings.ContainsFunc(m, func(r rune) bool { return !unicode.IsPrint(r) || r == '\u3164' }) {
				t.Errorf("%.50q: got %q", hostile, m)
			}
		}
	})
}
