// Package overlays measures how fast previewset renders and checks overlays,
// beside `kustomize build` of the same overlays in files, and counts what a sync
// renders of which one preview changed.
//
// What may be touched here: the bases, which stand for those of users, and how
// many overlays the command builds in a round.
package overlays
