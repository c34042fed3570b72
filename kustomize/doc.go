// Package kustomize renders previews: it creates the files of a Kustomize overlay from a
// preview and a base, and builds them in memory before they are committed.
//
// It is pure: it reads only the given tree, writes no files and does not use the network.
// It does not know Git or Argo CD's API; the annotations for Argo CD are plain data.
//
// This package decides which values of a preview an overlay has. The packages below it
// are, from the bottom: kinds (which kinds are cluster-wide), object (YAML objects and safe
// text), fields (which fields have hosts, namespaces, images and containers), closure (the
// files that kustomizations refer to, and their build), containers (which containers can have
// variables), edits (which values of a base an overlay sets), policy (which objects are allowed)
// and template (files and objects with placeholders); components is the library. In each
// package, files refer to each other in one direction. In this package, the order is, from the
// bottom:
//
//   - overlay.go, marks.go: the files of an overlay;
//   - component.go, declared.go, images.go, labels.go, parameters.go, flags.go: the
//     options of a set;
//   - image_match.go, image_entries.go: what the images of a set replace;
//   - variables.go, component_variables.go, strategies.go, tasks.go, database.go:
//     environment variables and databases;
//   - origin.go, containers.go, kept.go, edited.go, jobs.go, namespace.go: the objects of a base
//     that an overlay changes or keeps, leftover.go: what it leaves, and facts.go, which finds all;
//   - spec.go, base.go: Renderer and Base;
//   - content.go, write.go, templates.go, fillable.go, draft.go: the overlay of a
//     preview, written, or filled into a template;
//   - probe.go, targets.go, image_check.go: which object each patch changes, and entries of images
//     that change nothing;
//   - strangers.go: the objects of a base that strangers can write;
//   - verify.go, difference.go, compare.go, render.go, example.go, causes.go, load.go: the
//     functions for callers.
package kustomize
