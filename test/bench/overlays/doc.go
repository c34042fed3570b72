// Package overlays measures how fast previewset renders and checks overlays, compared
// with `kustomize build` of the same overlays in files. It also counts the overlays that
// a sync renders if one preview has changed. It is goal 6 of docs/performance.md.
//
// Changes may adapt the bases, which represent the bases of users, and the number of
// overlays that the command builds in a round.
package overlays
