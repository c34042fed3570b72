// Package part decides what happens to a test that lacks a part of its environment: a
// program such as gpg, or a database server.
package part

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// Environment is the environment variable that lists the required parts, separated by
// commas. CI sets it, so that no test is skipped there.
const Environment = "PREVIEWSET_REQUIRE"

// The parts that Environment may list.
const (
	GPG       = "gpg"
	MariaDB   = "mariadb"
	Postgres  = "postgres"
	SSHKeygen = "ssh-keygen"
	Terminal  = "terminal" // /dev/ptmx
)

// Missing ends a test that lacks a part. The test is skipped, or it fails where
// Environment requires the part. install is an instruction to get the part. An
// unknown word in Environment is an error.
func Missing(t testing.TB, part, install string) {
	t.Helper()
	known := []string{GPG, MariaDB, Postgres, SSHKeygen, Terminal}
	if !slices.Contains(known, part) {
		t.Fatalf("%q is not a part: want one of %s", part, strings.Join(known, ", "))
	}
	var required []string
	if list := os.Getenv(Environment); list != "" {
		required = strings.Split(list, ",")
	}
	for _, word := range required {
		if !slices.Contains(known, word) {
			t.Fatalf("%s: unknown part %q: want some of %s", Environment, word, strings.Join(known, ","))
		}
	}
	if slices.Contains(required, part) {
		t.Fatalf("%s is missing, and %s requires it: %s", part, Environment, install)
	}
	t.Skipf("%s is missing: %s", part, install)
}
