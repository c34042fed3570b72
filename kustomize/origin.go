package kustomize

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/kustomize/api/resource"
	"sigs.k8s.io/kustomize/kyaml/resid"
)

// probeDir is the directory in which Load builds the base. The repository has no file
// in it.
const probeDir = "previewset-probe"

// originOf returns the file of r, or the kustomization that generated it.
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

// isGenerated reports whether a generator of a kustomization made r.
func isGenerated(r *resource.Resource) bool {
	origin, err := r.GetOrigin()
	return err == nil && origin != nil && origin.Path == "" && origin.ConfiguredIn != ""
}

// hasFirstOrigin reports whether r has the origin with which it began: a file or a generator. If a
// transformer removed the origin, Kustomize takes the transformer for the origin
// (AddTransformerAnnotation in api/resmap).
func hasFirstOrigin(r *resource.Resource) bool {
	origin, err := r.GetOrigin()
	return err == nil && origin != nil && (origin.Path != "" || strings.HasSuffix(origin.ConfiguredBy.Kind, "Generator"))
}

// generatedName matches the name of a ConfigMap or a Secret with the hash that Kustomize
// appends at the end of a build, after the patches (api/hasher/hasher.go).
var generatedName = regexp.MustCompile(`^(.+)-[0-9a-z]{10}$`)

// nameBeforeHash returns the name that the object with this id could have had before
// Kustomize appended a hash. It returns false if it has none.
func nameBeforeHash(id resid.ResId) (string, bool) {
	m := generatedName.FindStringSubmatch(id.Name)
	if m == nil || id.Kind != "ConfigMap" && id.Kind != "Secret" {
		return "", false
	}
	return m[1], true
}

// hasParametersName reports whether an object of the base has the name of the ConfigMap with
// the parameters, or had it before Kustomize appended a hash at the end of the build.
func hasParametersName(r *resource.Resource) bool {
	name, ok := nameBeforeHash(r.CurId())
	return isParameters(r) || ok && r.GetKind() == "ConfigMap" && name == parametersName && isGenerated(r)
}

// fileForPeople returns the name of the file of an object, as it is in the configuration if
// the file is in a component of the library.
func fileForPeople(origin string) string {
	if file, ok := strings.CutPrefix(origin, path.Join(probeDir, componentsDir)+"/"); ok {
		return builtinPrefix + file
	}
	return origin
}

// objectsOfBase returns the objects of m except those with a file in probeDir.
func objectsOfBase(m resmap.ResMap) []*resource.Resource {
	return slices.DeleteFunc(m.Resources(), func(r *resource.Resource) bool {
		return path.Dir(originOf(r)) == probeDir
	})
}
