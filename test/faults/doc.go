// Package faults holds the suite for Git servers that misbehave, people who
// push to the GitOps repository, processes that are killed, and many writers at
// once. Whatever happens, no commit is lost, no preview is taken away by
// mistake, the repository passes git's own check, and the next healthy sync
// brings everything to what it should be.
//
// Servers are git's own, with the faults of test/fake/git before them.
package faults
