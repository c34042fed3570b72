package suite

import (
	"flag"
	"math/big"
	"os/exec"
	"strconv"
	"strings"
	"testing"
)

// parts is how many ordinary runs, of successive commits, it takes to run every case once.
const parts = 4

var partFlag = flag.String("part", "", `which cases of large tests to run: "all", or the number of one part, from 0 (default: chosen by the commit)`)

// PartOf returns the part of the cases that this run covers, or all of them with -part all.
func PartOf[T any](t testing.TB, all []T) (some []T) {
	t.Helper()
	if *partFlag == "all" {
		return all
	}
	number := partNumber(t)
	t.Logf("part %d of 0 to %d; -part all runs everything", number, parts-1)
	return part(all, number)
}

// OneOf returns one of the cases, which the part chooses, or all of them with -part all.
func OneOf[T any](t testing.TB, all []T) []T {
	t.Helper()
	if *partFlag == "all" || len(all) == 0 {
		return all
	}
	return all[partNumber(t)%len(all):][:1]
}

// part returns one of the parts of all.
func part[T any](all []T, number int) (some []T) {
	for i := number; i < len(all); i += parts {
		some = append(some, all[i])
	}
	return some
}

func partNumber(t testing.TB) int {
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
