package kustomize

import (
	"math"
	"path"
	"slices"
	"strconv"

	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/kustomize/api/resource"

	"github.com/previewset/previewset/kustomize/object"
	"github.com/previewset/previewset/kustomize/policy"
)

// facts are what rendering an overlay needs to know about the base with its
// components.
type facts struct {
	// namespace is the name of the Namespace object that the base brings, "" for none.
	namespace string
	// lowest is the lowest sync wave of all objects except that Namespace.
	lowest    int
	routes    []route
	workloads []workload
	// jobs are those in the administration namespace.
	jobs []adminJob
	// bindings is true where there are RoleBindings.
	bindings bool
	// origins are the files of objects, by kind and name.
	origins map[string]string
}

// probeDir is the directory in which the base is built before any preview is. The
// repository has no file there.
const probeDir = "previewset-probe"

// inspect returns the facts about the objects of a base that was built in probeDir.
// The error has each problem that no overlay can correct. in.Own is empty.
func inspect(objects []*resource.Resource, scope policy.Scope) (facts, error) {
	f := facts{origins: map[string]string{}, lowest: math.MaxInt}
	var errs []error
	for _, r := range objects {
		name, origin := object.Describe(r), originOf(r)
		f.origins[name] = origin
		f.bindings = f.bindings || r.GetKind() == "RoleBinding"
		switch {
		case object.IsNamespace(r) && f.namespace != "":
			errs = append(errs, &object.RefusedError{Path: origin, Resource: name,
				Reason: "there is another Namespace object, " + object.OneLine(f.namespace), Fix: "leave at most one: a preview has one namespace"})
		case object.IsNamespace(r):
			f.namespace = r.GetName()
		case isParameters(r):
			errs = append(errs, &object.RefusedError{Path: origin, Resource: name,
				Reason: "the name is taken by the parameters of the preview", Fix: "give it another name"})
		default:
			f.lowest = min(f.lowest, waveOf(r))
		}
		if scope.IsAdmin(r) {
			f.jobs = append(f.jobs, newAdminJob(r)) // the policy lets nothing else be there
		}
		f.add(r)
	}
	errs = append(errs, policy.Check(objects, scope, f.originOf))
	return f, object.Joined(errs)
}

// originOf returns the file that the object called name comes from, or "".
func (f facts) originOf(name string) string { return f.origins[name] }

// add notes r if it is a route or a workload.
func (f *facts) add(r *resource.Resource) {
	id := r.CurId()
	if isRoute(id) {
		f.routes = append(f.routes, newRoute(r, id))
	}
	if w := newWorkload(r, id); len(w.containers) > 0 {
		f.workloads = append(f.workloads, w)
	}
}

// originOf returns the file that r comes from, or the kustomization that
// generated it.
func originOf(r *resource.Resource) string {
	origin, err := r.GetOrigin()
	if err != nil || origin == nil {
		return probeDir
	}
	if origin.Path != "" {
		return path.Join(probeDir, origin.Path)
	}
	return path.Join(probeDir, origin.ConfiguredIn)
}

// foreign returns the objects that are not from probeDir itself.
func foreign(m resmap.ResMap) []*resource.Resource {
	return slices.DeleteFunc(m.Resources(), func(r *resource.Resource) bool {
		return path.Dir(originOf(r)) == probeDir
	})
}

// waveOf returns the sync wave of r, as Argo CD finds it (Wave in
// gitops-engine/pkg/sync/syncwaves).
func waveOf(r *resource.Resource) int {
	annotations := r.GetAnnotations(object.SyncWave, "helm.sh/hook-weight")
	for _, key := range []string{object.SyncWave, "helm.sh/hook-weight"} {
		if wave, err := strconv.Atoi(annotations[key]); err == nil {
			return wave
		}
	}
	return 0
}
