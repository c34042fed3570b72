package main

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"text/tabwriter"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/term"

	"github.com/previewset/previewset/generator"
)

// terminal holds the output streams of a command. Colour is used only if stdout is a
// terminal and NO_COLOR (no-color.org) is not set.
type terminal struct {
	stdout, stderr io.Writer
	interactive    bool // stdout is a terminal
	colour         bool
	log            *atomic.Pointer[slog.Logger] // of the command
}

func newTerminal(stdout, stderr io.Writer) *terminal {
	t := &terminal{stdout: stdout, stderr: &safeWriter{w: stderr}, interactive: isTerminal(stdout), log: new(atomic.Pointer[slog.Logger])}
	if t.interactive {
		t.stdout = &safeWriter{w: stdout}
		t.colour = os.Getenv("NO_COLOR") == ""
	}
	t.log.Store(slog.New(slog.NewTextHandler(t.stderr, nil)))
	return t
}

// safeWriter serializes the writes of several goroutines. It escapes characters that
// control a terminal: slog's JSON and YAML do not escape C1 controls and characters
// that change the direction of text.
type safeWriter struct {
	mu sync.Mutex
	w  io.Writer
}

func (s *safeWriter) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, err := s.w.Write(escaped(p)); err != nil {
		return 0, err
	}
	return len(p), nil
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

func (t *terminal) printf(format string, args ...any) {
	_, _ = fmt.Fprintf(t.stdout, format, args...)
}

// progress reports long-running work on stderr, if stdout is a terminal.
func (t *terminal) progress(format string, args ...any) {
	if t.interactive {
		_, _ = fmt.Fprintf(t.stderr, format+"\n", args...)
	}
}

// printError prints err on stderr.
func (t *terminal) printError(err error) {
	_, _ = fmt.Fprintf(t.stderr, "%s %s\n", t.red("previewset:"), printable(err.Error()))
}

// warnings prints the warnings of a set.
func (t *terminal) warnings(set string, warnings []generator.Warning) {
	for _, w := range warnings {
		t.printf("%s: %s: %s\n", t.bold(set), t.red("warning"), printable(w.String()))
	}
}

func (t *terminal) json(v any) error {
	data, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	_, err = t.stdout.Write(append(escaped(data), '\n'))
	return err
}

// table prints rows under a heading, in columns.
func (t *terminal) table(heading []string, rows [][]string) {
	w := tabwriter.NewWriter(t.stdout, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(w, strings.Join(heading, "\t"))
	for _, row := range rows {
		cells := make([]string, len(row))
		for i, cell := range row {
			cells[i] = oneLine(cell)
		}
		_, _ = fmt.Fprintln(w, strings.Join(cells, "\t"))
	}
	_ = w.Flush()
}

// printable makes text from outside (titles, branches, server messages) safe for a
// terminal. It replaces control and format characters, including characters that
// change the direction of text.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' || unicode.IsPrint(r) {
			return r
		}
		return unicode.ReplacementChar
	}, s)
}

// oneLine makes text from outside safe for a table cell: line breaks and tabs become
// spaces.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' {
			return ' '
		}
		return r
	}, printable(s))
}

// escaped writes the characters that printable replaces in the form \u009b, which
// means the same in JSON. It keeps the escape character, which starts our colours:
// text from outside contains none when it gets here.
func escaped(text []byte) []byte {
	var out []byte
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		broken := r == utf8.RuneError && size == 1
		if !broken && (r == '\n' || r == '\t' || r == '\x1b' || unicode.IsPrint(r)) {
			out = append(out, text[:size]...)
		} else {
			for _, unit := range utf16.Encode([]rune{r}) {
				out = fmt.Appendf(out, "\\u%04x", unit)
			}
		}
		text = text[size:]
	}
	return out
}

func (t *terminal) bold(s string) string  { return t.style("1", s) }
func (t *terminal) red(s string) string   { return t.style("31", s) }
func (t *terminal) green(s string) string { return t.style("32", s) }
func (t *terminal) dim(s string) string   { return t.style("2", s) }

func (t *terminal) style(code, s string) string {
	if !t.colour {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}
