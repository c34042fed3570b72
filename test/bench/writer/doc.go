// Package writer compares previewset's writes to a Git repository with the fastest use of
// the git command: one commit removes and changes many entries and is pushed over HTTP. It
// is goal 4 of docs/performance.md. test/bench/worktree compares with go-git's worktree.
//
// All sides start from copies of one repository and commit with the same names and dates,
// so they must make commits with the same hash.
package writer
