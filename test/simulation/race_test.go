//go:build race

package simulation_test

// raced is true under the race detector, which makes a walk several times as
// slow and has little to find in it: a walk is one goroutine after the other.
const raced = true
