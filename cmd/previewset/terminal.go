package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"text/tabwriter"
	"unicode"
)

// terminal is where a command writes. Colour is for people: it is used only
// where stdout is a terminal and NO_COLOR (no-color.org) is not set.
type terminal struct {
	stdout, stderr io.Writer
	colour         bool
}

func newTerminal(stdout, stderr io.Writer) *terminal {
	return &terminal{
		stdout: stdout,
		stderr: &lockedWriter{w: stderr},
		colour: isTerminal(stdout) && os.Getenv("NO_COLOR") == "",
	}
}

// lockedWriter lets the log and messages of several goroutines share stderr.
type lockedWriter struct {
	mu sync.Mutex
	w  io.Writer
}

func (l *lockedWriter) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(p)
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

func (t *terminal) printf(format string, args ...any) {
	_, _ = fmt.Fprintf(t.stdout, format, args...)
}

// progress tells a person that long work goes on; programs that read stdout
// don't see it.
func (t *terminal) progress(format string, args ...any) {
	if isTerminal(t.stdout) {
		_, _ = fmt.Fprintf(t.stderr, format+"\n", args...)
	}
}

func (t *terminal) complain(err error) {
	_, _ = fmt.Fprintf(t.stderr, "%s %s\n", t.red("previewset:"), printable(err.Error()))
}

func (t *terminal) json(v any) error {
	enc := json.NewEncoder(t.stdout)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
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

// printable keeps what others have written (titles, branches, a server's
// words) from steering the terminal: control and format characters, among them
// those that turn the direction of text, are replaced.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' || unicode.IsPrint(r) {
			return r
		}
		return unicode.ReplacementChar
	}, s)
}

// oneLine is printable for a cell of a table.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' {
			return ' '
		}
		return r
	}, printable(s))
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
