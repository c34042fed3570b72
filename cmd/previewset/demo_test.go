package main

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"unicode/utf8"
)

// The maximum size of the demo's output.
const (
	demoLines   = 60
	demoColumns = 100
)

func TestDemo(t *testing.T) {
	t.Parallel()
	story := []string{
		"br-checkout", "1 of 4 revisions changed", "shop: prune br-checkout (deleted)",
		"Previewset-Prune: br-checkout reason=deleted head=",
	}
	for _, test := range []struct {
		name    string
		args    []string
		want    []string // in the output
		folders int      // that the demo keeps
	}{
		{"default", nil, story, 0},
		{"keep", []string{"--keep"}, append([]string{"The folder is kept: ", "\n  " + shellWord(os.Args[0]) + " serve --config config.yaml"}, story...), 1},
		{"verbose", []string{"--verbose"}, append([]string{"kind: Kustomization", "kind: Ingress"}, story...), 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			folders := t.TempDir()
			out, err := previewsetCommand(append([]string{"demo"}, test.args...), "TMPDIR="+folders).CombinedOutput()
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			for _, text := range test.want {
				if !strings.Contains(string(out), text) {
					t.Errorf("no %q in\n%s", text, out)
				}
			}
			if test.name != "verbose" {
				checkSize(t, string(out))
			}
			configs, err := filepath.Glob(filepath.Join(folders, "previewset-demo-*", "config.yaml"))
			if err != nil || len(configs) != test.folders {
				t.Errorf("got the configurations %v, want %d", configs, test.folders)
			}
			if left, err := os.ReadDir(folders); err != nil || len(left) != test.folders {
				t.Errorf("the demo left %v, %v", left, err)
			}
		})
	}
}

// checkSize checks the size of the demo's output. Only the path of the kept folder may be
// longer than a line.
func checkSize(t *testing.T, out string) {
	t.Helper()
	if n := strings.Count(out, "\n"); n > demoLines {
		t.Errorf("got %d lines, want at most %d:\n%s", n, demoLines, out)
	}
	for line := range strings.Lines(out) {
		if n := utf8.RuneCountInString(line) - 1; n > demoColumns && !strings.HasPrefix(line, "The folder is kept: ") {
			t.Errorf("got a line of %d columns, want at most %d: %s", n, demoColumns, line)
		}
	}
	if strings.Contains(out, "kind:") {
		t.Errorf("got manifests without --verbose:\n%s", out)
	}
}

// TestDemoRemovesItsFolder sends a signal after the first output. Under nohup, the demo
// ignores SIGHUP.
func TestDemoRemovesItsFolder(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		signal  os.Signal
		command string
		status  int
	}{
		{"Ctrl-C", os.Interrupt, `exec "$0" demo --keep`, statusFailed},
		{"SIGTERM", syscall.SIGTERM, `exec "$0" demo --keep`, statusFailed},
		{"SIGHUP", syscall.SIGHUP, `exec "$0" demo --keep`, statusFailed},
		{"nohup", syscall.SIGHUP, `trap "" HUP; exec "$0" demo`, statusDone},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			folders := t.TempDir()
			program := previewsetCommand(nil, "TMPDIR="+folders)
			demo := exec.Command("sh", "-c", test.command, program.Path)
			demo.Env = program.Env
			out, err := demo.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := demo.Start(); err != nil {
				t.Fatal(err)
			}
			if _, err := out.Read(make([]byte, 1)); err != nil {
				t.Error(err)
			}
			if err := demo.Process.Signal(test.signal); err != nil {
				t.Error(err)
			}
			_, _ = io.Copy(io.Discard, out) // ends with the process
			if _ = demo.Wait(); demo.ProcessState.ExitCode() != test.status {
				t.Errorf("got %v, want status %d", demo.ProcessState, test.status)
			}
			if left, err := os.ReadDir(folders); err != nil || len(left) != 0 {
				t.Errorf("the demo left %v, %v", left, err)
			}
		})
	}
}

// TestDemoStopsWhenOutputIsClosed closes the output as `previewset demo | head -n 1`
// does.
func TestDemoStopsWhenOutputIsClosed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	var errs strings.Builder
	demo := previewsetCommand([]string{"demo"}, "TMPDIR="+dir)
	demo.Stdout, demo.Stderr = writer, &errs
	if err := demo.Start(); err != nil {
		t.Fatal(err)
	}
	_ = writer.Close() // the process has a copy
	if _, err := reader.Read(make([]byte, 1)); err != nil {
		t.Error(err)
	}
	_ = reader.Close()
	var exit *exec.ExitError
	if err := demo.Wait(); !errors.As(err, &exit) || exit.ExitCode() != statusFailed || errs.Len() > 0 {
		t.Errorf("%v\n%s", err, errs.String())
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("the demo left %v", left)
	}
}
