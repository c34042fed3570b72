// Package pipeline is the way of the data of one set: list, select, name,
// render, commit, snapshot. Each stage is a function of another package; here
// is their order, and what makes it safe: nothing is removed without evidence
// (evidence.go), and not too much at once (removal.go).
package pipeline
