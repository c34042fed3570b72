package main

import (
	"strings"
	"syscall"
	"testing"

	"github.com/spf13/cobra"
)

// lostOutput is a stream that can't be written.
type lostOutput struct{ err error }

func (l lostOutput) Write([]byte) (int, error) { return 0, l.err }

// reportsLostOutput runs a command whose output can't be written. It must fail and name
// the output, and be quiet if the reader closed the pipe.
func (f *fixture) reportsLostOutput(args ...string) {
	f.t.Helper()
	for err, want := range map[error]string{syscall.ENOSPC: "previewset: can't write the standard output: no space left on device\n", syscall.EPIPE: ""} {
		var log strings.Builder
		status := Run(f.t.Context(), args, lostOutput{err}, &log)
		_, _ = f.captured.writer(args[0]).Write([]byte(log.String()))
		if got := log.String(); status != statusFailed || !strings.HasSuffix(got, want) || want == "" && strings.Contains(got, "previewset:") {
			f.t.Errorf("previewset %s: %v: got %d %s, want %d %q", strings.Join(args, " "), err, status, got, statusFailed, want)
		}
	}
}

// TestLostOutputIsReported runs the help of each command, and each command. Commands of
// db need a server: see TestDBPostgres.
func TestLostOutputIsReported(t *testing.T) {
	t.Parallel()
	f, app := newFixture(t), shopRepository(t)
	f.configure(gitSet(app.URL()))
	arguments := map[string][]string{ // the default is the first example
		"serve":           {"--repo", app.URL(), "--listen", "127.0.0.1:0"},
		"render":          {"--config", f.config, "br-cart"},
		"explain":         {"--config", f.config, "cart"},
		"components copy": {"quota", "--to", t.TempDir()},
		"help":            {},
	}
	eachCommand(rootCommand(newTerminal(&strings.Builder{}, &strings.Builder{})), func(c *cobra.Command) {
		f.reportsLostOutput(append(strings.Fields(nameOf(c)), "--help")...)
		if c.Parent().Name() == "db" {
			return
		}
		args, ok := arguments[nameOf(c)]
		if args = append(strings.Fields(nameOf(c)), args...); !ok && c.Parent().Name() != "completion" {
			args = f.firstExample(c)
		}
		f.reportsLostOutput(args...)
	})
	f.reportsLostOutput("--help")
	f.reportsLostOutput("plan", "--output", "json", "--exit-code", "--config", f.config)
}

// firstExample returns the arguments of the first example of a command, with the
// configuration of the fixture.
func (f *fixture) firstExample(c *cobra.Command) []string {
	example, _, _ := strings.Cut(strings.ReplaceAll(c.Example, "\\\n", " "), "\n")
	return strings.Fields(strings.ReplaceAll(example, "config.yaml", f.config))[1:]
}

// Both problems are reported if the output is lost after another failure.
func TestLostOutputHidesNoFailure(t *testing.T) {
	t.Parallel()
	f, app := newFixture(t), shopRepository(t)
	f.configure(gitSet(app.URL()))
	f.gitops.Commit(t, "main", "Break the base", map[string]string{"apps/shop/base/service.yaml": "kind: [\n"})
	var stderr strings.Builder
	status := Run(t.Context(), []string{"plan", "--config", f.config, "--output", "json"}, lostOutput{syscall.ENOSPC}, &stderr)
	if got := stderr.String(); status != statusFailed || !strings.Contains(got, "2 overlays can't be written") || !strings.Contains(got, "no space left") {
		t.Errorf("got %d %s, want %d and both problems", status, got, statusFailed)
	}
}
