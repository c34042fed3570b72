package kustomize

import (
	"path"
	"slices"

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

// objectsOfBase returns the objects of m except those with a file in probeDir.
func objectsOfBase(m resmap.ResMap) []*resource.Resource {
	return slices.DeleteFunc(m.Resources(), func(r *resource.Resource) bool {
		return path.Dir(originOf(r)) == probeDir
	})
}
