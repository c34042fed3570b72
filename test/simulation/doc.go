// Package simulation runs random walks: two replicas and a pruner, a real Git server,
// two forges with faults, and people who push to the same branch. It checks
// previewset's promises after every step.
//
// The pipeline, the Git writer, the renderer, the plugin's answers and Git itself are
// real. The forges behind generator.Source and the clock are simulated. A seed
// determines a walk: a walk that finds a violation prints the command that repeats it.
//
// # Mutants
//
// A mutant is previewset with one mechanism broken, and a walk must find it
// (mutants_test.go). A walk ends with a sync, and reaches some states rarely: tests of
// internal/service and internal/pipeline find the mutants that no walk finds. The
// product names its mechanisms with marker comments, for example
//
//	//promise:guard-limits-removals
//	case removals == 0:
//
// A marker is on a line of its own, directly above the statement, clause, element of a
// composite literal or function that keeps the promise. The table of mutants has the
// marker's name, and an operation that breaks the syntax node below it, for example
// "the condition is true". An operation does not depend on identifiers. A test checks
// that each marker has one mutant, and each mutant one marker.
//
// # Parts
//
// An ordinary run covers one part of all walks and mutants. The commit chooses the part,
// and successive commits cover all. The flag -part all runs everything; -part N runs the
// part N. A release runs everything: -part all.
package simulation
