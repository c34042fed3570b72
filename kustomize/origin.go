package kustomize

import (
	"path"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/kustomize/api/resource"
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
