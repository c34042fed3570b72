// Package pipeline is the way of the data of one set: list, select, name,
// render, commit, snapshot. Each stage is a function of another package; here
// is their order, and what makes it safe: nothing is removed without evidence
// (evidence.go) that is younger than what it speaks of (prior.go), not too much
// at once (guard.go), and no fork moves from where it was let in (forks.go).
package pipeline
