package kustomize

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"sigs.k8s.io/kustomize/api/resource"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/kustomize/closure"
	"github.com/previewset/previewset/kustomize/containers"
	"github.com/previewset/previewset/kustomize/edits"
	"github.com/previewset/previewset/kustomize/object"
	"github.com/previewset/previewset/kustomize/policy"
)

// facts has the properties of the base and its components that rendering needs.
type facts struct {
	// objects are the built objects.
	objects []*resource.Resource
	// namespace is the name of the Namespace object in the base, or "" for none.
	namespace string
	// lowest is the lowest sync wave of all objects except that Namespace.
	lowest int
	// editor finds the fields that overlays set.
	editor *edits.Editor
	// images are the images of the base, outside the administration namespace.
	images []string
	// edited are the objects that overlays change, in their order.
	edited []editedObject
	// jobs are the Jobs in the administration namespace.
	jobs []adminJob
	// shared is true if objects of one kind have the same name.
	shared bool
	// bindings is true if there are RoleBindings.
	bindings bool
	// left are the places that could lead out of the preview.
	left []leftover
	// origins has the files of objects, by kind and name.
	origins map[string]string
}

// inspect returns the facts about the objects of a base that was built in probeDir. before
// are the hosts of the base before its components. The error joins the problems that the
// built objects of an overlay no longer show: the overlay moves or renames these objects, or
// can't be built with them, or their texts are not what they seem. The policy finds all other
// problems in the built overlay.
func inspect(objects []*resource.Resource, renderer *Renderer, before []string) (facts, error) {
	scope := renderer.scope("")
	f := facts{
		objects: objects, lowest: lowestWave(objects), origins: map[string]string{}, editor: newEditor(objects, renderer, before),
		images:   imagesInAll(slices.DeleteFunc(slices.Clone(objects), scope.IsAdmin), scope.Table),
		bindings: slices.ContainsFunc(objects, func(r *resource.Resource) bool { return r.GetKind() == "RoleBinding" }),
	}
	var errs []error
	for _, r := range objects {
		f.addOrigin(r)
		errs = append(errs, f.addNamespace(r), f.checkName(r), f.addJob(r, scope))
		f.addEdited(r, renderer)
	}
	return f, object.Joined(errs)
}

// newEditor returns the editor for the objects of a base, with the arguments of inspect.
func newEditor(objects []*resource.Resource, renderer *Renderer, before []string) *edits.Editor {
	sample := example(nil)
	sample.Hosts = exampleHosts(before)
	return edits.New(objects, edits.Settings{
		Table: renderer.table, Admin: renderer.admin, Parameters: parametersName,
		Images: len(renderer.images) > 0, Sample: namesOf(sample), Before: before,
	})
}

// addOrigin adds the file of r.
func (f *facts) addOrigin(r *resource.Resource) {
	name := object.Describe(r)
	f.shared = f.shared || f.origins[name] != ""
	f.origins[name] = fileForPeople(originOf(r))
}

// addNamespace adds the name of r if r is a Namespace. It refuses a second one.
func (f *facts) addNamespace(r *resource.Resource) error {
	switch {
	case !object.IsNamespace(r):
		return nil
	case f.namespace != "":
		return f.refused(r, "there is another Namespace object, "+object.OneLine(f.namespace), "keep at most one: a preview has one namespace")
	}
	f.namespace = r.GetName()
	return nil
}

// checkName refuses an object with the name of one that is written for the overlay.
func (f *facts) checkName(r *resource.Resource) error {
	if hasParametersName(r) {
		return f.refused(r, "the ConfigMap of the preview's parameters has the same name", "give it another name, or remove it with a component")
	}
	return nil
}

// addJob adds r if it is a Job in the administration namespace. It refuses other objects in
// this namespace, and those that are not what they seem.
func (f *facts) addJob(r *resource.Resource, scope policy.Scope) error {
	switch {
	case !closure.IsPlain(r), scope.IsAdminNamespace(r), scope.IsAdmin(r) && !isJob(r):
		return policy.Check(closure.View([]*resource.Resource{r}), scope, f.source)
	case scope.IsAdmin(r):
		f.jobs = append(f.jobs, newAdminJob(r, scope.Table))
	}
	return nil
}

// addEdited adds r if overlays change it, and what they leave of it.
func (f *facts) addEdited(r *resource.Resource, renderer *Renderer) {
	t, changed := newObject(r, f.editor, renderer.scope(""))
	if changed {
		f.edited = append(f.edited, t)
	}
	file, name := f.source(r)
	for _, p := range f.leftOf(r, t.edits, renderer) {
		f.left = append(f.left, leftover{file, name, p.Reason, p.Fix, true})
	}
}

// leftOf returns the places of r that overlays with these edits leave as they are.
func (f *facts) leftOf(r *resource.Resource, list []edits.Edit, renderer *Renderer) []object.Problem {
	problems := f.editor.Left(r, list)
	if renderer.hasDatabase(r.GetNamespace()) {
		return problems // containers without variables are refused
	}
	for _, p := range containers.Problems(r, renderer.table, renderer.table.Kept(r), schemaVariable, databaseVariable) {
		problems = append(problems, object.Problem{Reason: p.Reason + ", so it does not get " + schemaVariable, Fix: p.Fix})
	}
	return problems
}

// refused returns the error for r, whose file is known.
func (f *facts) refused(r *resource.Resource, reason, fix string) error {
	file, name := f.source(r)
	return &object.RefusedError{Path: file, Resource: name, Reason: reason, Fix: fix}
}

// source returns the file of an object of the base, and its name.
func (f *facts) source(r *resource.Resource) (file, name string) {
	name = object.Describe(r)
	return f.origins[name], name
}

// sourceOf returns the file of an object of the built overlay of p, and the name that the
// object has there: the overlay renames the Namespace and the Jobs in the administration
// namespace. The file is "" if the object is not of the base.
func (f *facts) sourceOf(r *resource.Resource, p generator.Preview) (file, name string) {
	switch {
	case object.IsNamespace(r) && f.namespace == "":
		return "", "Namespace of the preview"
	case object.IsNamespace(r):
		name = object.OneLine("Namespace " + f.namespace)
		return f.origins[name], name
	}
	for _, job := range f.jobs {
		if r.GetNamespace() == job.Namespace && r.GetName() == job.nameFor(p) {
			name = object.OneLine("Job " + job.Name)
			return f.origins[name], name
		}
	}
	return f.source(r)
}

// fileOf returns the file of the object of the base called name ("Kind name"), or "".
func (f *facts) fileOf(name string) string {
	return cmp.Or(f.origins[name], f.originOfHashed(name))
}

// originOfHashed returns the file of a generated object, whose name here is without the
// hash that Kustomize appends.
func (f *facts) originOfHashed(name string) string {
	const hash = 10
	for _, full := range slices.Sorted(maps.Keys(f.origins)) {
		if rest, ok := strings.CutPrefix(full, name+"-"); ok && len(rest) == hash {
			return f.origins[full]
		}
	}
	return ""
}

// lowestWave returns the lowest sync wave of objects, except Namespaces and objects with the
// name of the ConfigMap of the preview.
func lowestWave(objects []*resource.Resource) int {
	lowest := math.MaxInt
	for _, r := range objects {
		if !object.IsNamespace(r) && !hasParametersName(r) {
			lowest = min(lowest, waveOf(r))
		}
	}
	return lowest
}

// waveOf returns the sync wave of r, with the rules of Argo CD (Wave in
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
