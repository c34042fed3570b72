// Package writer compares previewset's way of writing to a Git repository
// with the best way of the git command: many entries removed and changed with
// one commit, pushed over HTTP. test/bench/worktree has go-git's worktree.
//
// All sides start from copies of one repository, make commits with the same
// names and dates, and so have to arrive at the same hash.
package writer
