//go:build race

package applications_test

// foreign is the number of Applications in the test of memory. The race detector makes
// decoding ten times as slow.
const foreign = 500
