// Package pipeline decides which previews one set has, and has the decision
// committed. A sync has three parts:
//
//   - Facts (facts.go): the listing of the source, what there is already, and what
//     happened to changes that are not listed. All that asks the source or reads
//     Git for a decision is here.
//   - Stages (stages.go): each gives verdicts on candidates, from the facts and the
//     configuration alone. The guard (guard.go) and the caution of the pruner
//     (caution.go) are the last, so that they see all removals.
//   - The decision (decision.go), which internal/gitops renders and commits, and
//     the outcome (outcome.go) with the next snapshot.
//
// The rules of a selection, the bounds of the guard and the names belong to
// generator and generator/naming; comparing with entries belongs to
// internal/gitops. When to sync, and what happens after it, belongs to the caller.
package pipeline
