package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
	"testing"
	"unsafe"

	"github.com/previewset/previewset/test/fake/part"
)

// newPseudoterminal returns a new terminal, and a function that closes it and returns
// the text that it got.
func newPseudoterminal(t *testing.T) (terminal *os.File, text func() string) {
	t.Helper()
	const ptmx = "/dev/ptmx"
	if _, err := os.Stat(ptmx); err != nil {
		part.Missing(t, part.Terminal, "run the test where "+ptmx+" exists")
	}
	master, err := os.OpenFile(ptmx, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	var number, unlocked int32
	for request, value := range map[uintptr]*int32{syscall.TIOCGPTN: &number, syscall.TIOCSPTLCK: &unlocked} {
		if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, master.Fd(), request, uintptr(unsafe.Pointer(value))); errno != 0 {
			t.Fatal(errno)
		}
	}
	terminal, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	read := make(chan string)
	go func() {
		all, _ := io.ReadAll(master) // ends with an error when the terminal is closed
		_ = master.Close()
		read <- string(all)
	}()
	return terminal, func() string {
		_ = terminal.Close()
		return <-read
	}
}

// TestColourIsDecidedPerStream runs a command that prints red text on both streams.
func TestColourIsDecidedPerStream(t *testing.T) {
	t.Parallel()
	f, app := newFixture(t), shopRepository(t)
	f.configure(gitSet(app.URL()))
	f.gitops.Commit(t, "main", "Break the base", map[string]string{"apps/shop/base/service.yaml": "kind: [\n"})
	for _, test := range []struct {
		name                           string
		terminalOut, terminalErr       bool
		environment                    []string
		wantColourOut, wantColourError bool
	}{
		{"both", true, true, nil, true, true},
		{"stdout", true, false, nil, true, false},
		{"stderr", false, true, nil, false, true},
		{"none", false, false, []string{"FORCE_COLOR=1", "CLICOLOR_FORCE=1"}, false, false},
		{"NO_COLOR", true, true, []string{"NO_COLOR=1"}, false, false},
		{"dumb", true, true, []string{"TERM=dumb"}, false, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			command := previewsetCommand([]string{"plan", "--config", f.config}, append([]string{"TERM=xterm", "NO_COLOR="}, test.environment...)...)
			stdout, stderr := &strings.Builder{}, &strings.Builder{}
			command.Stdout, command.Stderr = stdout, stderr
			outText, errText := stdout.String, stderr.String
			if test.terminalOut {
				command.Stdout, outText = newPseudoterminal(t)
			}
			if test.terminalErr {
				command.Stderr, errText = newPseudoterminal(t)
			}
			_ = command.Run() // the overlays can't be written
			out, errors := outText(), errText()
			if got := strings.Contains(out, "\x1b[31mcan't write"); got != test.wantColourOut || strings.Contains(out, "\x1b") != got {
				t.Errorf("stdout: got %q, want colour: %t", out, test.wantColourOut)
			}
			if got := strings.Contains(errors, "\x1b[31mpreviewset:"); got != test.wantColourError {
				t.Errorf("stderr: got %q, want colour: %t", errors, test.wantColourError)
			}
		})
	}
}
