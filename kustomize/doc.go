// Package kustomize renders previews: from a preview and a base it makes the
// files of a Kustomize overlay, and builds them in memory before anybody
// commits them.
//
// It is pure. It reads nothing but the tree that it is given, writes nothing,
// and asks no network: everything a kustomization refers to is checked before
// Kustomize sees it, because Kustomize would clone and download by itself.
//
// What an overlay may hold is in policy.go and beside it, one function a rule and
// one file a topic; policy_words.go has what can be allowed. What it does
// hold is in content.go, overlay.go, namespace.go, parameters.go, routes.go,
// workloads.go and admin.go; shape.go and part.go write that to files. What a base
// may refer to is in closure.go, fields.go and plugins.go. Most overlays are cast in
// a mould and not built: mould.go says how, and uniform.go why that is the same.
// Nothing here knows Git or Argo CD's API; the annotations that Argo CD reads
// are plain data.
package kustomize
