//go:build race

package simulation_test

// raceEnabled is true under the race detector. The race detector makes a walk several
// times slower and finds little in it: a walk runs one operation after the other.
const raceEnabled = true
