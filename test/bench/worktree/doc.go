// Package worktree_test compares previewset's writes to a Git repository with go-git's
// worktree. It is a separate module because of go-git's dependencies.
package worktree_test
