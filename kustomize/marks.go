package kustomize

import "github.com/previewset/previewset/kustomize/object"

// patchedMark is an annotation of objects whose patch was applied, so that later patches do
// not select them. The overlay removes it again.
const patchedMark = object.Prefix + "patched"

// patched is the value of patchedMark. Jobs in the administration namespace have an index.
const patched = "done"

// patchedPointer is the JSON pointer of patchedMark. Kustomize gives annotations to each
// object that it patches.
const patchedPointer = "/metadata/annotations/previewset.dev~1patched"
