package policy

import (
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/resource"

	"github.com/previewset/previewset/kustomize/object"
)

// Annotations by which Argo CD knows when to delete a hook, and what it takes
// from Helm's hooks.
const (
	deletePolicy     = "argocd.argoproj.io/hook-delete-policy"
	helmHook         = "helm.sh/hook"
	helmDeletePolicy = "helm.sh/hook-delete-policy"
)

// The phases of hooks that Argo CD runs while it deletes an Application.
const (
	preDelete  = "PreDelete"
	postDelete = "PostDelete"
)

// phases are those in which Argo CD runs hooks (NewHookType in
// gitops-engine/pkg/sync/common, hookTypeAnnotations in controller/hook.go).
// "Skip" is not one: it makes an object that is no hook.
var phases = []string{"PreSync", "Sync", "PostSync", "SyncFail", preDelete, postDelete}

// AtDeletion reports whether r is a hook of a preview's end.
func AtDeletion(r *resource.Resource) bool { return atDeletion(phasesOf(r)) }

// phasesOf returns the phases of a hook: what its annotation lists, and what
// Argo CD makes of Helm's. What means nothing to it is among them.
func phasesOf(r *resource.Resource) []string {
	annotations := r.GetAnnotations(object.Hook, helmHook)
	out := words(annotations[object.Hook])
	for _, word := range words(annotations[helmHook]) {
		out = append(out, phaseOf(word))
	}
	return out
}

// atDeletion reports whether a hook of these phases runs at a preview's end.
func atDeletion(phases []string) bool {
	return slices.Contains(phases, preDelete) || slices.Contains(phases, postDelete)
}

func unknownPhase(word string) bool { return !slices.Contains(phases, word) }

// phaseOf returns the phase that a hook of Helm's has for Argo CD (hookTypes in
// gitops-engine/pkg/sync/hook/helm, hookTypeAnnotations in controller/hook.go),
// or "".
func phaseOf(helm string) string {
	switch helm {
	case "pre-install", "pre-upgrade":
		return "PreSync"
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
	return slices.Contains(words(annotations[deletePolicy]), "HookSucceeded") ||
		slices.Contains(words(annotations[helmDeletePolicy]), "hook-succeeded")
}

// words splits a list as Argo CD does (GetAnnotationCSVs in
// gitops-engine/pkg/sync/resource).
func words(list string) []string {
	var out []string
	for word := range strings.SplitSeq(list, ",") {
		if word = strings.TrimSpace(word); word != "" {
			out = append(out, word)
		}
	}
	return out
}
