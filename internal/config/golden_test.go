package config_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/previewset/previewset/internal/config"
)

var update = flag.Bool("update", false, "write testdata/problems.txt")

// golden has configurations, and the problems that are printed for each of them.
const golden = "testdata/problems.txt"

// The lines of a golden file that separate its parts.
const (
	caseLine    = "=== "
	fileLine    = "+++ "
	problemLine = "--- problems"
)

// TestProblemsOfConfigurations reads the cases of testdata/problems.txt. Each case is a
// configuration, to which the keys of the smallest configuration are appended if it has no
// such key, then included files, then the problems. With -update, the test writes the
// problems.
func TestProblemsOfConfigurations(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	var updated strings.Builder
	comment, cases, _ := strings.Cut(string(data), caseLine)
	updated.WriteString(comment)
	for text := range strings.SplitSeq(cases, "\n"+caseLine) {
		name, text, _ := strings.Cut(text, "\n")
		input, want, _ := strings.Cut(text, problemLine+"\n")
		got := problemsOfCase(t, input)
		if want = strings.TrimSpace(want); got != want && !*update {
			t.Errorf("%s: got\n%s\nwant\n%s", name, got, want)
		}
		updated.WriteString(caseLine + name + "\n" + input + problemLine + "\n" + got + "\n\n")
	}
	if *update {
		write(t, golden, strings.TrimRight(updated.String(), "\n")+"\n")
	}
}

// problemsOfCase returns the problems of one case, or "valid".
func problemsOfCase(t *testing.T, input string) string {
	t.Helper()
	dir := t.TempDir()
	main, files, _ := strings.Cut(input, fileLine)
	for file := range strings.SplitSeq(files, "\n"+fileLine) {
		if name, text, ok := strings.Cut(file, "\n"); ok {
			if err := os.MkdirAll(filepath.Join(dir, filepath.Dir(name)), 0o700); err != nil {
				t.Fatal(err)
			}
			write(t, filepath.Join(dir, name), text)
		}
	}
	for line := range strings.Lines(textBefore(minimal, "sets:")) {
		if key, _, _ := strings.Cut(line, ":"); !hasKey(main, key) {
			main += line
		}
	}
	if !hasKey(main, "sets") && !hasKey(main, "include") {
		main += textFrom(minimal, "sets:")
	}
	file := filepath.Join(dir, "config.yaml")
	write(t, file, main)
	if _, err := config.Load(file); err != nil {
		return strings.ReplaceAll(err.Error(), dir+"/", "")
	}
	return "valid"
}

func hasKey(text, key string) bool { return strings.Contains("\n"+text, "\n"+key+":") }
