// Package gitops compares the entries in the GitOps repository with the
// previews that there should be (Diff → Plan), and commits the difference.
//
// The writer applies a plan's upserts, the pruner its deletions: one plan, two
// permission masks, so that they can't disagree on what is desired. Sets plan at
// the same time; one at a time talks to the server, and takes along the commits
// of those who wait. How Git works is internal/gitrepo's business, what an
// overlay holds kustomize's.
package gitops
