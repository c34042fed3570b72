package kustomize

import (
	"fmt"
	"math"
	"path"
	"slices"
	"strconv"

	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/kustomize/api/resource"
)

// facts are what overlays have to know of the base with its components.
type facts struct {
	// namespace is the name of the Namespace object that the base brings.
	namespace string
	// lowest is the lowest sync wave of all objects but that.
	lowest    int
	routes    []route
	workloads []workload
	// jobs are those in the administration namespace.
	jobs []adminJob
	// bindings is true where there are RoleBindings.
	bindings bool
	// origins tells the file of an object, by its kind and name.
	origins map[string]string
}

// id names an object for Kustomize.
type id struct {
	group, version, kind, name, namespace string
}

func (i id) apiVersion() string {
	if i.group == "" {
		return i.version
	}
	return i.group + "/" + i.version
}

func idOf(r *resource.Resource) id {
	gvk := r.GetGvk()
	return id{gvk.Group, gvk.Version, gvk.Kind, r.GetName(), r.GetNamespace()}
}

// label names a resource for people.
func label(r *resource.Resource) string { return oneLine(r.GetKind() + " " + r.GetName()) }

// inspect finds the facts of the objects of a base that was built in probeDir,
// and refuses what no overlay can make good. in has no preview's namespace.
func inspect(objects []*resource.Resource, in scope) (facts, error) {
	f := facts{origins: map[string]string{}, lowest: math.MaxInt}
	var errs []error
	for _, r := range objects {
		name, origin := label(r), originOf(r)
		f.origins[name] = origin
		f.bindings = f.bindings || r.GetKind() == "RoleBinding"
		switch {
		case isNamespace(r) && f.namespace != "":
			errs = append(errs, &RefusedError{Path: origin, Resource: name,
				Reason: "there is another Namespace object, " + oneLine(f.namespace), Fix: "leave at most one: a preview has one namespace"})
		case isNamespace(r):
			f.namespace = r.GetName()
		case isParameters(r):
			errs = append(errs, &RefusedError{Path: origin, Resource: name,
				Reason: "the name is taken by the parameters of the preview", Fix: "give it another name"})
		default:
			f.lowest = min(f.lowest, waveOf(r))
		}
		if in.isAdmin(r) {
			f.jobs = append(f.jobs, newAdminJob(r)) // the policy lets nothing else be there
		}
		if err := f.add(r); err != nil {
			errs = append(errs, &BuildError{origin, name + ": " + oneLine(err.Error())})
		}
	}
	errs = append(errs, checkPolicy(objects, in, f.originOf))
	return f, joined(errs)
}

// originOf returns the file that the object called name comes from, or "".
func (f facts) originOf(name string) string { return f.origins[name] }

// add notes r if it is a route or a workload.
func (f *facts) add(r *resource.Resource) error {
	kind := idOf(r)
	if !isRoute(kind) && podPath(kind) == nil {
		return nil
	}
	body, err := r.Map()
	if err != nil {
		return err
	}
	if isRoute(kind) {
		f.routes = append(f.routes, newRoute(kind, body))
		return nil
	}
	if w := newWorkload(kind, body); len(w.containers) > 0 {
		f.workloads = append(f.workloads, w)
	}
	return nil
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

func isParameters(r *resource.Resource) bool {
	return r.GetKind() == "ConfigMap" && r.GetApiVersion() == "v1" && r.GetName() == parametersName
}

func isNamespace(r *resource.Resource) bool {
	return r.GetKind() == "Namespace" && r.GetApiVersion() == "v1"
}

// waveOf returns the sync wave of r, as Argo CD finds it (Wave in
// gitops-engine/pkg/sync/syncwaves).
func waveOf(r *resource.Resource) int {
	annotations := r.GetAnnotations(syncWave, "helm.sh/hook-weight")
	for _, key := range []string{syncWave, "helm.sh/hook-weight"} {
		if wave, err := strconv.Atoi(annotations[key]); err == nil {
			return wave
		}
	}
	return 0
}

// at returns what lies at path in nested objects, or nil.
func at(value any, path ...string) any {
	for _, key := range path {
		object, ok := value.(map[string]any)
		if !ok {
			return nil
		}
		value = object[key]
	}
	return value
}

// list returns value if it is a list.
func list(value any) []any {
	items, _ := value.([]any)
	return items
}

// text returns value if it is a string.
func text(value any) string {
	s, _ := value.(string)
	return s
}

func pointer(parts ...any) string {
	var p string
	for _, part := range parts {
		p += fmt.Sprintf("/%v", part)
	}
	return p
}
