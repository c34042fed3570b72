// Package suite runs the tests of a package that is too slow for `go test -short`.
package suite

import (
	"flag"
	"fmt"
	"os"
	"testing"
)

// Long runs the tests of a package, for TestMain, and returns the status to exit with.
// With -short it runs none, and prints the reason for which the package is slow.
func Long(m *testing.M, reason string) int {
	flag.Parse()
	if testing.Short() {
		fmt.Fprintln(os.Stderr, "no test was run, because of -short: "+reason)
		return 0
	}
	return m.Run()
}
