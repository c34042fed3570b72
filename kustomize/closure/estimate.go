package closure

import (
	"fmt"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/previewset/previewset/kustomize/object"
)

// estimate is what Kustomize makes of a kustomization and of those that it refers to.
type estimate struct {
	objects int
	// bytes is the size of the objects, and changes that of what each of them can get.
	bytes, changes int
	// doublings are the changes that can double an object.
	doublings int
}

// inputs are the parts of a kustomization that count in its estimate. resources and components are
// directories.
type inputs struct {
	own                   estimate
	resources, components []string
}

// estimator estimates kustomizations. Its maps have their directories as keys.
type estimator struct {
	inputs map[string]inputs
	// targets are what the replacements of each kustomization change, and sources what all
	// replacements copy.
	targets map[string][]replaced
	sources []string
	// total is the sum of all sizes, in bytes.
	total int
	// known has the estimates that were made.
	known map[string]estimate
}

func newEstimator() *estimator {
	return &estimator{inputs: map[string]inputs{}, targets: map[string][]replaced{}, known: map[string]estimate{}}
}

// check returns an error if Kustomize could make too much of the kustomizations in roots, all in
// one kustomization. file is the one to name.
func (e *estimator) check(roots []string, file string) error {
	var all estimate
	for _, dir := range roots {
		all = all.with(e.of(dir))
	}
	switch all = all.built(); {
	case all.objects > maxObjects:
		return &object.RefusedError{Path: file, Reason: fmt.Sprintf("Kustomize would make more than %d objects of it", maxObjects), Fix: "remove objects and repeated references that previews do not need"}
	case all.bytes > maxSize:
		return tooMuch(file)
	}
	return nil
}

// of returns the estimate of the kustomization in dir, and nothing for a cycle, which Kustomize
// refuses.
func (e *estimator) of(dir string) estimate {
	if known, ok := e.known[dir]; ok {
		return known
	}
	e.known[dir] = estimate{}
	in := e.inputs[dir]
	sum := in.own
	for _, resource := range in.resources {
		sum = sum.with(e.of(resource).built())
	}
	for _, part := range in.components {
		sum = sum.with(e.of(part))
	}
	for _, target := range e.targets[dir] {
		if target.grows(e.sources) {
			sum.doublings++
		}
	}
	e.known[dir] = sum
	return sum
}

// with returns the sum of a and b, with bounds against overflows.
func (a estimate) with(b estimate) estimate {
	return estimate{
		min(a.objects+b.objects, maxObjects+1), min(a.bytes+b.bytes, maxSize+1),
		min(a.changes+b.changes, maxSize+1), min(a.doublings+b.doublings, maxObjects),
	}
}

// built returns a after its changes of all objects.
func (a estimate) built() estimate {
	bytes := a.bytes + a.objects*a.changes
	for range a.doublings {
		bytes = min(2*bytes, maxSize+1)
	}
	return estimate{objects: a.objects, bytes: min(bytes, maxSize+1)}
}

// onlyOnce has the fields of a kustomization whose size does not count for each object.
var onlyOnce = []string{"resources", "bases", "components", "configmapgenerator", "secretgenerator", "generators", "crds", "configurations", "validators"}

// addKustomization adds what the kustomization k, which is the file with this content in dir, makes
// and changes.
func (e *estimator) addKustomization(dir, file string, content []byte, k *types.Kustomization) error {
	e.add(dir, estimate{objects: 1 + len(k.ConfigMapGenerator) + len(k.SecretGenerator)})
	for _, doc := range object.Documents(content) {
		for i := 0; i+1 < len(doc.Content) && doc.Kind == yaml.MappingNode; i += 2 {
			var s size
			once := slices.Contains(onlyOnce, strings.ToLower(object.Scalar(doc.Content[i])))
			if s.add(doc.Content[i+1], !once, 0); once {
				e.add(dir, estimate{bytes: s.bytes})
			} else {
				e.addChanges(dir, s)
			}
		}
	}
	return e.checkTotal(file)
}

// addDirectory adds the kustomization in p, to which one in dir refers with ref.
func (e *estimator) addDirectory(dir string, ref reference, p string) {
	in := e.inputs[dir]
	if ref.field == "components" {
		in.components = append(in.components, p)
	} else {
		in.resources = append(in.resources, p)
	}
	e.inputs[dir] = in
}

// addFile adds the file p with this content, to which a kustomization in dir refers with ref.
func (e *estimator) addFile(dir string, ref reference, p string, content []byte) error {
	switch ref.to {
	case plainFile, envFile:
		e.add(dir, estimate{bytes: len(content)})
	case fileOrDirectory:
		s := sizeOf(content, false)
		e.add(dir, estimate{objects: s.objects, bytes: s.bytes})
	default:
		// Kustomize also parses texts of plugins, but not those of other files.
		e.addChanges(dir, sizeOf(content, ref.to == pluginFile))
	}
	return e.checkTotal(p)
}

// add adds own to what the kustomization in dir makes.
func (e *estimator) add(dir string, own estimate) {
	in := e.inputs[dir]
	in.own = in.own.with(own)
	e.inputs[dir] = in
	e.total += own.bytes + own.changes
}

// addChanges adds s, which the kustomization in dir can do to each object.
func (e *estimator) addChanges(dir string, s size) {
	e.add(dir, estimate{changes: s.bytes, doublings: s.copies})
	e.sources = append(e.sources, s.sources...)
	e.targets[dir] = append(e.targets[dir], s.targets...)
}

// checkTotal returns an error if the files that were read are too large, the last one of which is
// p. So the rest is not read.
func (e *estimator) checkTotal(p string) error {
	if e.total > maxSize {
		return tooMuch(p)
	}
	return nil
}

func tooMuch(p string) error {
	return &object.RefusedError{Path: p, Reason: fmt.Sprintf("Kustomize could make more than %d MiB of it", maxSize>>20), Fix: "use fewer aliases, shorter patches, and no copies or replacements that repeat their own results"}
}
