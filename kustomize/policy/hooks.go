package policy

import (
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/resource"

	"github.com/previewset/previewset/kustomize/object"
)

// onlyAdminHooks refuses all objects except hooks in the administration namespace. All
// previews share this namespace, and it has credentials that no preview may have.
func onlyAdminHooks(r *resource.Resource, scope Scope) (reason, fix string) {
	if !scope.IsAdmin(r) {
		return "", ""
	}
	switch hookPhases := phasesOf(r); {
	case r.GetKind() != "Job" || r.GetApiVersion() != "batch/v1":
		return "only Jobs (batch/v1) can be in the administration namespace, " + scope.Admin,
			"remove its namespace, so that it is in the preview's own, or install it once for all previews"
	case len(hookPhases) == 0 || slices.ContainsFunc(hookPhases, unknownPhase):
		return "in the administration namespace, " + scope.Admin + ", a Job must be a hook of Argo CD",
			"annotate it with " + object.Hook + " and one or more of " + strings.Join(phases, ", ")
	case atDeletion(hookPhases) && !deletedWhenDone(r):
		return "it would stay in the administration namespace, " + scope.Admin + ", and Argo CD would not run it again when the preview is deleted a second time",
			"annotate it with " + deletePolicy + ": HookSucceeded"
	}
	return "", ""
}

// noPostDeleteInPreview refuses PostDelete hooks in the preview's own namespace. Argo
// CD creates them after it deleted all other objects, including this namespace.
func noPostDeleteInPreview(r *resource.Resource, scope Scope) (reason, fix string) {
	if scope.IsAdmin(r) || !slices.Contains(phasesOf(r), postDelete) {
		return "", ""
	}
	reason = "a PostDelete hook runs after the preview's own namespace is deleted, so it could not be created, and the deletion would hang"
	if scope.Admin == "" {
		return reason, "set overlay.adminNamespace, and set metadata.namespace of the Job to it"
	}
	return reason, "make it a Job with metadata.namespace: " + scope.Admin + " (overlay.adminNamespace)"
}
