package closure

import (
	"fmt"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/previewset/previewset/kustomize/object"
)

// Bounds of what Kustomize makes of one base with its components. The time of a build is
// quadratic in the objects. A build can't be stopped, and the process ends if its memory does not
// suffice.
const (
	// maxObjects bounds the objects and kustomizations. Kustomize reads them again for each
	// reference.
	maxObjects = 2000
	// maxSize bounds the estimated size of the built objects, in bytes.
	maxSize = 64 << 20
)

// estimate is what Kustomize makes of a kustomization and of those that it refers to.
type estimate struct {
	objects int
	// bytes is the size of the objects, and changes that of what each of them can get.
	bytes, changes int
	// doublings are the changes that can double an object.
	doublings int
}

// inputs are the references of a kustomization that count in its estimate.
type inputs struct {
	own                   estimate
	resources, components []string
}

// checkSizes returns an error if Kustomize could make too much of the kustomizations in roots,
// all in one kustomization.
func (r *reader) checkSizes(roots []string) error {
	e := estimator{r, map[string]estimate{}}
	var all estimate
	for _, dir := range roots {
		all = all.with(e.of(dir))
	}
	switch all = all.built(); {
	case all.objects > maxObjects:
		return &object.RefusedError{Path: r.kustomizations[roots[0]], Reason: fmt.Sprintf("Kustomize would make more than %d objects of it", maxObjects), Fix: "remove objects and repeated references that previews do not need"}
	case all.bytes > maxSize:
		return tooMuch(r.kustomizations[roots[0]])
	}
	return nil
}

// estimator has the estimates of kustomizations, by their directory.
type estimator struct {
	*reader
	known map[string]estimate
}

// of returns the estimate of the kustomization in dir, and nothing for a cycle, which Kustomize
// refuses.
func (e estimator) of(dir string) estimate {
	if known, ok := e.known[dir]; ok {
		return known
	}
	e.known[dir] = estimate{}
	in := e.sized[dir]
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

// addKustomization adds what the kustomization k, which is the file in dir, makes and changes.
func (r *reader) addKustomization(dir, file string, k *types.Kustomization) error {
	r.addTo(dir, estimate{objects: 1 + len(k.ConfigMapGenerator) + len(k.SecretGenerator)})
	for _, doc := range object.Documents(r.content[file]) {
		for i := 0; i+1 < len(doc.Content) && doc.Kind == yaml.MappingNode; i += 2 {
			var s size
			once := slices.Contains(onlyOnce, strings.ToLower(object.Scalar(doc.Content[i])))
			if s.add(doc.Content[i+1], !once, 0); once {
				r.addTo(dir, estimate{bytes: s.bytes})
			} else {
				r.addChanges(dir, s)
			}
		}
	}
	return r.checkTotal(file)
}

// addSize adds the file or directory p, to which ref refers.
func (r *reader) addSize(in place, ref reference, p string) error {
	content, isFile := r.content[p]
	known := r.sized[in.dir]
	switch {
	case !isFile && ref.field == "components":
		known.components = append(known.components, p)
		r.sized[in.dir] = known
	case !isFile:
		known.resources = append(known.resources, p)
		r.sized[in.dir] = known
	case ref.to == plainFile || ref.to == envFile:
		r.addTo(in.dir, estimate{bytes: len(content)})
	case ref.to == fileOrDirectory:
		s := sizeOf(content, false)
		r.addTo(in.dir, estimate{objects: s.objects, bytes: s.bytes})
	default:
		// Kustomize also parses texts of plugins, but not those of other files.
		r.addChanges(in.dir, sizeOf(content, ref.to == pluginFile))
	}
	return r.checkTotal(p)
}

// addTo adds own to what the kustomization in dir makes.
func (r *reader) addTo(dir string, own estimate) {
	in := r.sized[dir]
	in.own = in.own.with(own)
	r.sized[dir] = in
	r.total += own.bytes + own.changes
}

// addChanges adds s, which the kustomization in dir can do to each object.
func (r *reader) addChanges(dir string, s size) {
	r.addTo(dir, estimate{changes: s.bytes, doublings: s.copies})
	r.sources = append(r.sources, s.sources...)
	r.targets[dir] = append(r.targets[dir], s.targets...)
}

// checkTotal returns an error if the files that were read are too large, the last one of which is
// p. So the rest is not read.
func (r *reader) checkTotal(p string) error {
	if r.total > maxSize {
		return tooMuch(p)
	}
	return nil
}

func tooMuch(p string) error {
	return &object.RefusedError{Path: p, Reason: fmt.Sprintf("Kustomize could make more than %d MiB of it", maxSize>>20), Fix: "use fewer aliases, shorter patches, and no copies or replacements that repeat their own results"}
}
