package policy_test

import (
	"slices"
	"testing"

	"github.com/previewset/previewset/kustomize/policy"
)

const (
	argoHook   = "argocd.argoproj.io/hook"
	argoPolicy = "argocd.argoproj.io/hook-delete-policy"
	helmHook   = "helm.sh/hook"
	helmPolicy = "helm.sh/hook-delete-policy"
)

// hookIn returns a Job with annotations, as keys and values.
func hookIn(namespace string, annotations ...string) string {
	text := "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: x\n  namespace: " + namespace + "\n  annotations:\n    a: b\n"
	for i := 0; i < len(annotations); i += 2 {
		text += "    " + annotations[i] + ": " + quoted(annotations[i+1]) + "\n"
	}
	return text
}

// phases are Argo CD's phases of hooks, and what it takes from Helm
// (NewHookType in gitops-engine/pkg/sync/common, hookTypes in
// gitops-engine/pkg/sync/hook/helm). A phase of a deletion is true.
func phases() (argo, helm map[string]bool) {
	argo = map[string]bool{"PreSync": false, "Sync": false, "PostSync": false, "SyncFail": false, "PreDelete": true, "PostDelete": true}
	helm = map[string]bool{
		"pre-install": false, "pre-upgrade": false, "post-install": false, "post-upgrade": false, "pre-delete": true, "post-delete": true,
	}
	return argo, helm
}

// TestPhases tries every word of the source code as a phase of a Job in the
// administration namespace.
func TestPhases(t *testing.T) {
	t.Parallel()
	argo, helm := phases()
	in := policy.Scope{Own: "own", Admin: "admin"}
	for _, kind := range []struct {
		annotation, deletePolicy, succeeded string
		known                               map[string]bool
	}{{argoHook, argoPolicy, "HookSucceeded", argo}, {helmHook, helmPolicy, "hook-succeeded", helm}} {
		candidates := someWords()
		for phase := range kind.known {
			candidates = append(candidates, phase)
		}
		for _, phase := range candidates {
			if phase == "" || slices.Contains([]string{","}, phase) {
				continue
			}
			deletes, known := kind.known[phase]
			word := always
			if known {
				word = ""
			}
			succeeds := hookIn("admin", kind.annotation, phase, kind.deletePolicy, kind.succeeded)
			expect(t, in, succeeds, word)
			if at := policy.AtDeletion(parse(t, succeeds)[0].Resource()); at != deletes {
				t.Errorf("%s: %s: got AtDeletion %v, want %v", kind.annotation, phase, at, deletes)
			}
			if deletes {
				word = always
			}
			expect(t, in, hookIn("admin", kind.annotation, phase), word)
			expect(t, in, hookIn("admin", kind.annotation, phase+", "+phase), word)
			expect(t, in, hookIn("admin", kind.annotation, phase+",Unknown"), always)
		}
	}
}

// TestDeletePolicies tries every word of the source code as the policy of a hook that
// runs at the end of a preview.
func TestDeletePolicies(t *testing.T) {
	t.Parallel()
	in := policy.Scope{Own: "own", Admin: "admin"}
	for _, policyWord := range append(someWords(), "HookSucceeded", "hook-succeeded", "HookFailed", "BeforeHookCreation", "before-hook-creation") {
		argo, helm := always, always
		if policyWord == "HookSucceeded" {
			argo = ""
		}
		if policyWord == "hook-succeeded" {
			helm = ""
		}
		for _, hook := range [][2]string{{argoHook, "PostDelete"}, {argoHook, "PreDelete"}, {helmHook, "post-delete"}} {
			expect(t, in, hookIn("admin", hook[0], hook[1], argoPolicy, policyWord), argo)
			expect(t, in, hookIn("admin", hook[0], hook[1], helmPolicy, policyWord), helm)
			expect(t, in, hookIn("admin", hook[0], hook[1], argoPolicy, "BeforeHookCreation, "+policyWord), argo)
		}
	}
}

// TestPostDeleteHooksAreRefused checks hooks that run after the preview's namespace is
// deleted.
func TestPostDeleteHooksAreRefused(t *testing.T) {
	t.Parallel()
	argo, helm := phases()
	for _, in := range []policy.Scope{{Own: "own", Admin: "admin"}, {Own: "own"}} {
		for phase := range argo {
			word := ""
			if phase == "PostDelete" {
				word = always
			}
			expect(t, in, hookIn("own", argoHook, phase), word)
		}
		for phase := range helm {
			word := ""
			if phase == "post-delete" {
				word = always
			}
			expect(t, in, hookIn("own", helmHook, phase), word)
		}
	}
}

// TestOnlyJobsAreInTheAdministrationNamespace tries other kinds, and another version
// of Job.
func TestOnlyJobsAreInTheAdministrationNamespace(t *testing.T) {
	t.Parallel()
	in := policy.Scope{Own: "own", Admin: "admin"}
	for _, tt := range []struct{ apiVersion, kind, word string }{
		{"batch/v1", "Job", ""},
		{"batch/v2", "Job", always},
		{"example.com/v1", "Job", always},
		{"batch/v1", "CronJob", always},
		{"v1", "Pod", always},
		{"v1", "ConfigMap", always},
	} {
		text := "apiVersion: " + tt.apiVersion + "\nkind: " + tt.kind + "\nmetadata: {name: x, namespace: admin, annotations: {" + argoHook + ": PreSync}}\n"
		expect(t, in, text, tt.word)
	}
}
