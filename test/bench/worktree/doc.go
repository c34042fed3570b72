// Package worktree_test compares previewset's way of writing to a Git
// repository with go-git's worktree. It is a module of its own because of what
// go-git's requires.
package worktree_test
