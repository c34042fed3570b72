package simulation_test

import (
	"flag"
	"math/big"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// parts is how many ordinary runs, of successive commits, it takes to run every walk
// and every mutant once.
const parts = 4

var partFlag = flag.String("part", "", `which walks and mutants to run: "all", or the number of one part, from 0 (default: chosen by the commit)`)

// partOf returns the part of all that this run covers.
func partOf[T any](t *testing.T, all []T) []T {
	t.Helper()
	if *partFlag == "all" {
		return all
	}
	number := partNumber(t)
	t.Logf("part %d of 0 to %d; -part all runs everything", number, parts-1)
	return part(all, number)
}

// part returns one of the parts of all.
func part[T any](all []T, number int) (some []T) {
	for i := number; i < len(all); i += parts {
		some = append(some, all[i])
	}
	return some
}

func partNumber(t *testing.T) int {
	t.Helper()
	if *partFlag == "" {
		return commitPart()
	}
	number, err := strconv.Atoi(*partFlag)
	if err != nil || number < 0 || number >= parts {
		t.Fatalf("-part is %q, want all or a number from 0 to %d", *partFlag, parts-1)
	}
	return number
}

// commitPart returns the number of commits below HEAD modulo parts: successive
// commits have successive parts. A shallow clone cannot count them, so there the
// hash of HEAD takes the place of their number. Outside a checkout it returns 0.
func commitPart() int {
	number, base := git("rev-list", "--count", "HEAD"), 10
	if git("rev-parse", "--is-shallow-repository") != "false" {
		number, base = git("rev-parse", "HEAD"), 16
	}
	n, ok := new(big.Int).SetString(number, base)
	if !ok {
		return 0
	}
	return int(n.Mod(n, big.NewInt(parts)).Int64())
}

// git returns the output of a git command, "" if it fails.
func git(args ...string) string {
	out, err := exec.Command("git", args...).Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}

func TestPartsAreDisjointAndComplete(t *testing.T) {
	t.Parallel()
	all := make([]int, 10)
	for i := range all {
		all[i] = i
	}
	var got []int
	for number := range parts {
		got = append(got, part(all, number)...)
	}
	slices.Sort(got)
	if !slices.Equal(got, all) {
		t.Errorf("the parts together have %v, want %v", got, all)
	}
}
