package kustomize

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"sigs.k8s.io/kustomize/api/resource"
	"sigs.k8s.io/kustomize/kyaml/resid"

	"github.com/previewset/previewset/kustomize/object"
)

// The target of a patch also selects the objects that had this name before a prefix or a
// suffix, and those in other namespaces. A target of the core group selects those of all
// groups (Select in api/resmap/reswrangler.go). So Load builds the base once with patches
// that only mark their objects, and finds out what each target selects.

// aimMark is the prefix of the annotations that mark the objects of a target.
const aimMark = object.Prefix + "aim-"

// targets returns the targets that could select only the object with this id, from the
// simplest.
func targets(id resid.ResId) []target {
	plain := targetOf(id)
	all := []target{*plain}
	if name, ok := nameBeforeHash(id); ok {
		before := *plain
		before.Name = regexp.QuoteMeta(name)
		all = append(all, before)
	}
	for _, t := range slices.Clone(all) {
		t.Namespace = regexp.QuoteMeta(id.EffectiveNamespace())
		all = append(all, t)
	}
	return all
}

// aim sets the targets of the edited objects of f, and their order. k and files are the
// kustomization that built the objects of f.
func (b *Base) aim(f *facts, k kustomization, files map[string]any) error {
	if !b.isAmbiguous(*f) {
		return nil
	}
	a := aiming{edited: slices.Clone(f.edited)}
	for more := len(a.edited) > 0; more; {
		known := len(a.edited)
		if err := a.mark(b, k, files); err != nil {
			return err
		}
		more = len(a.edited) > known // bystanders
	}
	return a.sort(f)
}

// isAmbiguous reports whether the name of an edited object could select others, or not the
// object itself.
func (b *Base) isAmbiguous(f facts) bool {
	// The fields and plugins that change names.
	for _, word := range []string{"namePrefix", "nameSuffix", "PrefixTransformer", "SuffixTransformer", "metadata/name", "metadata.name", "allowNameChange"} {
		if b.files.Mentions(word) {
			return true
		}
	}
	return f.shared || slices.ContainsFunc(f.edited, func(e editedObject) bool {
		_, ok := nameBeforeHash(e.id)
		return ok
	})
}

// aiming finds the targets of the edited objects. Objects that overlays do not change are
// only there if the target of another one selects them.
type aiming struct {
	edited []editedObject
	// selected are the indices of the objects that the target of each object selects.
	selected [][]int
}

// mark builds k with patches that mark the objects of all targets, and chooses the targets.
func (a *aiming) mark(b *Base, k kustomization, files map[string]any) error {
	k.Patches = nil
	for i, e := range a.edited {
		for n, t := range targets(e.id) {
			k.Patches = append(k.Patches, patch{Target: &t, Patch: object.Multiline(object.Object{
				APIVersion: "v1", Kind: "Mark", Metadata: object.Metadata{
					Name: "mark", Annotations: map[string]object.Quoted{aimMark + strconv.Itoa(i) + "-" + strconv.Itoa(n): ""},
				},
			})})
		}
	}
	m, err := b.probeBuild(k, files)
	if err != nil {
		return err
	}
	a.choose(m.Resources())
	return nil
}

// choose chooses the target of each object that selects the fewest others.
func (a *aiming) choose(marked []*resource.Resource) {
	found := map[string][]int{}
	for _, r := range marked {
		for mark := range r.GetAnnotations() {
			if aim, ok := strings.CutPrefix(mark, aimMark); ok {
				found[aim] = append(found[aim], a.index(r.CurId()))
			}
		}
	}
	a.selected = make([][]int, len(a.edited))
	for i := range a.edited {
		for n, t := range targets(a.edited[i].id) {
			selected := found[strconv.Itoa(i)+"-"+strconv.Itoa(n)]
			if slices.Contains(selected, i) && (a.selected[i] == nil || len(selected) < len(a.selected[i])) {
				a.selected[i], a.edited[i].target = selected, &t
			}
		}
	}
}

// index returns the index of the object with this id. It adds an object that is not known.
func (a *aiming) index(id resid.ResId) int {
	i := slices.IndexFunc(a.edited, func(e editedObject) bool { return e.id == id })
	if i < 0 {
		i = len(a.edited)
		a.edited = append(a.edited, editedObject{id: id})
	}
	return i
}

// sort orders the edited objects of f: an object that the target of another one selects, too,
// comes before it and is marked.
func (a *aiming) sort(f *facts) error {
	s := sorting{aiming: a, state: make([]int, len(a.edited))}
	for i := range f.edited {
		if len(a.selected[i]) == 0 {
			return a.refused(f, i, "no patch can select it", "give it a name without a prefix, a suffix or a hash")
		}
		if other, ok := s.add(i); !ok {
			return a.refused(f, i, "Kustomize can't tell it from "+describeID(a.edited[other].id)+", because a prefix or a suffix exchanges their names", "rename one of them")
		}
	}
	for n, job := range f.jobs {
		if i := slices.IndexFunc(a.edited, func(e editedObject) bool { return e.id == job.ResId }); i >= 0 {
			f.jobs[n].target = a.edited[i].target
			if a.edited[i].mark != "" || len(a.selected[i]) > 1 {
				a.edited[i].mark = "job-" + strconv.Itoa(n)
				f.jobs[n].mark = a.edited[i].mark
			}
		}
	}
	f.edited = nil
	for _, i := range s.sorted {
		f.edited = append(f.edited, a.edited[i])
	}
	return nil
}

func (a *aiming) refused(f *facts, i int, reason, fix string) error {
	name := describeID(a.edited[i].id)
	return &object.RefusedError{Path: f.origins[name], Resource: name, Reason: reason, Fix: fix}
}

func describeID(id resid.ResId) string { return object.OneLine(id.Kind + " " + id.Name) }

// sorting is a topological sort of edited objects.
type sorting struct {
	*aiming
	// state is visiting or sorted for an object that was reached.
	state  []int
	sorted []int
}

const (
	visiting = iota + 1
	sorted
)

// add adds the object i after all others that its target selects. It returns false and the
// index of another object if they select each other.
func (s *sorting) add(i int) (other int, ok bool) {
	if s.state[i] == sorted {
		return 0, true
	}
	s.state[i] = visiting
	for _, other := range s.selected[i] {
		if other == i {
			continue
		}
		if s.state[other] == visiting {
			return i, false
		}
		if problem, ok := s.add(other); !ok {
			return problem, false
		}
		s.edited[other].mark = patched
		//promise:patches-change-one-object
		s.edited[i].target.AnnotationSelector = "!" + patchedMark
	}
	s.state[i] = sorted
	s.sorted = append(s.sorted, i)
	return 0, true
}
