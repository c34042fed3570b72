// Package pipeline decides which previews one set has, and commits the decision. A
// sync has three parts:
//
//   - Facts (facts.go): the listing of the source, the existing previews and entries,
//     and the endings of changes that are not listed. Only this part queries the source
//     and reads Git for a decision.
//   - Stages (stages.go): each decides on candidates, from the facts and the
//     configuration alone. The guard (guard.go) and the protection of newer entries
//     (keep_newer.go) are the last, so that they see all removals.
//   - The decision (decision.go), which internal/gitops renders and commits, and
//     the outcome (outcome.go) with the next snapshot.
//
// The rules of a selection, the bounds of the guard and the names belong to
// generator and generator/naming. The comparison with entries belongs to
// internal/gitops. The caller decides when to sync, and handles the outcome.
package pipeline
