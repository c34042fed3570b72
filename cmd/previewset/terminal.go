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
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/term"
)

// terminal is where a command writes. Colour is for people: it is used only
// where stdout is a terminal and NO_COLOR (no-color.org) is not set.
type terminal struct {
	stdout, stderr io.Writer
	interactive    bool // reads stdout
	colour         bool
}

func newTerminal(stdout, stderr io.Writer) *terminal {
	t := &terminal{stdout: stdout, stderr: &safeWriter{w: stderr}, interactive: isTerminal(stdout)}
	if t.interactive {
		t.stdout = &safeWriter{w: stdout}
		t.colour = os.Getenv("NO_COLOR") == ""
	}
	return t
}

// safeWriter lets several goroutines share what people read. It escapes what
// would steer a terminal where that comes through: slog's JSON and YAML leave
// C1 controls or those that turn the direction of text as they are.
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

// progress tells a person that long work goes on; programs that read stdout
// don't see it.
func (t *terminal) progress(format string, args ...any) {
	if t.interactive {
		_, _ = fmt.Fprintf(t.stderr, format+"\n", args...)
	}
}

func (t *terminal) printError(err error) {
	_, _ = fmt.Fprintf(t.stderr, "%s %s\n", t.red("previewset:"), printable(err.Error()))
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

// escaped returns text with what printable replaces in the form \u009b, which
// means the same in JSON. The escape character of our own colours passes: what
// others have written has none where it gets here.
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
