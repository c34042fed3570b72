// Package kustomize renders previews: from a preview and a base it makes the
// files of a Kustomize overlay, and builds them in memory before anybody
// commits them.
//
// It is pure. It reads nothing but the tree that it is given, writes nothing,
// and asks no network. Nothing here knows Git or Argo CD's API; the annotations that
// Argo CD reads are plain data.
//
// What belongs here is what an overlay says of its preview. Below it are, from the
// bottom: object (YAML objects and safe text), closure (the files that kustomizations
// refer to, and their build), policy (what objects may be) and template (files and
// objects with placeholders); components is the library. In each package, files refer
// to each other in one direction. Here it is, from the bottom:
//
//   - overlay.go: the files of an overlay;
//   - component.go, declared.go, images.go, labels.go, parameters.go, flags.go: what a
//     set can ask for;
//   - variables.go, strategies.go, tasks.go, database.go: environment variables and
//     databases;
//   - routes.go, workloads.go, jobs.go, namespace.go: what an overlay changes in a base,
//     and facts.go, which finds that;
//   - spec.go, base.go: Renderer and Base;
//   - content.go, write.go, templates.go, fillable.go, draft.go: the overlay of a
//     preview, written, or filled into a template;
//   - verify.go, render.go, example.go, load.go: what others call.
package kustomize
