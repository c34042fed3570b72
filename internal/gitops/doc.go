// Package gitops compares the entries in the GitOps repository with the
// previews that there should be (diff.go → Plan), and commits the difference.
//
// The writer applies a plan's upserts, the pruner its deletions: one plan, two
// permission masks, so that they can't disagree on what is desired. Sets plan at
// the same time; internal/committer pushes what they planned, and
// internal/gitrepo speaks Git. What an overlay holds is kustomize's business.
package gitops
