package policy

import (
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/resource"

	"github.com/previewset/previewset/kustomize/object"
)

// Annotations that tell Argo CD when to delete a hook, and the annotations of Helm's
// hooks that Argo CD converts.
const (
	deletePolicy     = "argocd.argoproj.io/hook-delete-policy"
	helmHook         = "helm.sh/hook"
	helmDeletePolicy = "helm.sh/hook-delete-policy"
)

// preSync is the phase of hooks that Argo CD runs before it applies an Application.
const preSync = "PreSync"

// The phases of hooks that Argo CD runs while it deletes an Application.
const (
	preDelete  = "PreDelete"
	postDelete = "PostDelete"
)

// phases are the phases in which Argo CD runs hooks (NewHookType in
// gitops-engine/pkg/sync/common, hookTypeAnnotations in controller/hook.go). "Skip" is
// not a phase: an object with it is not a hook.
var phases = []string{preSync, "Sync", "PostSync", "SyncFail", preDelete, postDelete}

// AtDeletion reports whether r is a hook that runs when a preview is deleted.
func AtDeletion(r *resource.Resource) bool { return atDeletion(phasesOf(r)) }

// BeforeSync reports whether r is a hook that runs before all other objects are created.
func BeforeSync(r *resource.Resource) bool { return slices.Contains(phasesOf(r), preSync) }

// phasesOf returns the phases of a hook: those in Argo CD's annotation, and those to
// which Argo CD converts Helm's annotation. It includes unknown phases.
func phasesOf(r *resource.Resource) []string {
	annotations := r.GetAnnotations(object.Hook, helmHook)
	out := splitList(annotations[object.Hook])
	for _, word := range splitList(annotations[helmHook]) {
		out = append(out, phaseOf(word))
	}
	return out
}

// atDeletion reports whether a hook with these phases runs when a preview is deleted.
func atDeletion(phases []string) bool {
	return slices.Contains(phases, preDelete) || slices.Contains(phases, postDelete)
}

func unknownPhase(word string) bool { return !slices.Contains(phases, word) }

// phaseOf returns Argo CD's phase for a hook of Helm (hookTypes in
// gitops-engine/pkg/sync/hook/helm, hookTypeAnnotations in controller/hook.go), or "".
func phaseOf(helm string) string {
	switch helm {
	case "pre-install", "pre-upgrade":
		return preSync
	case "post-install", "post-upgrade":
		return "PostSync"
	case "pre-delete":
		return preDelete
	case "post-delete":
		return postDelete
	}
	return ""
}

// deletedWhenDone reports whether Argo CD deletes a hook that succeeded.
func deletedWhenDone(r *resource.Resource) bool {
	annotations := r.GetAnnotations(deletePolicy, helmDeletePolicy)
	return slices.Contains(splitList(annotations[deletePolicy]), "HookSucceeded") ||
		slices.Contains(splitList(annotations[helmDeletePolicy]), "hook-succeeded")
}

// splitList splits a comma-separated list like Argo CD (GetAnnotationCSVs in
// gitops-engine/pkg/sync/resource).
func splitList(list string) []string {
	var out []string
	for word := range strings.SplitSeq(list, ",") {
		if word = strings.TrimSpace(word); word != "" {
			out = append(out, word)
		}
	}
	return out
}
