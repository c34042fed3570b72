// Package gitops compares the entries in the GitOps repository with the desired
// previews (diff.go → Plan), and commits the difference.
//
// The writer applies a plan's upserts, the pruner its deletions. Both use the same
// plan with different permissions, so that they can't disagree on the desired state.
// Sets plan concurrently; internal/committer pushes their changes, and
// internal/gitrepo implements Git. The content of overlays belongs to package
// kustomize.
package gitops
