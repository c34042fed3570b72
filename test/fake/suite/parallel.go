package suite

import (
	"flag"
	"runtime"
	"strconv"
)

// Parallel sets the number of tests for each processor that run at the same time, for
// TestMain of a package whose tests wait more than they compute. -parallel overrides it.
func Parallel(perProcessor int) {
	flag.Parse()
	given := false
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == "test.parallel" })
	if given {
		return
	}
	if err := flag.Set("test.parallel", strconv.Itoa(perProcessor*runtime.GOMAXPROCS(0))); err != nil {
		panic(err)
	}
}
