package main

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync/atomic"
	"text/tabwriter"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/kustomize/object"
)

// terminal holds the output streams of a command.
type terminal struct {
	stdout, stderr *stream
	line           *progressLine
	log            *atomic.Pointer[slog.Logger] // of the command
}

func newTerminal(stdout, stderr io.Writer) *terminal {
	line := newProgressLine(stderr)
	t := &terminal{stdout: newStream(stdout, line), stderr: newStream(stderr, line), line: line, log: new(atomic.Pointer[slog.Logger])}
	t.stderr.escapes = true
	t.log.Store(slog.New(slog.NewTextHandler(t.stderr, nil)))
	return t
}

func (t *terminal) printf(format string, args ...any) {
	_, _ = fmt.Fprintf(t.stdout, format, args...)
}

// printError prints err on stderr.
func (t *terminal) printError(err error) {
	_, _ = fmt.Fprintf(t.stderr, "%s %s\n", t.stderr.style(red, "previewset:"), printable(err.Error()))
}

// warnings prints the warnings of a set.
func (t *terminal) warnings(set string, warnings []generator.Warning) {
	for _, w := range warnings {
		t.printf("%s: %s: %s\n", t.bold(set), t.red("warning"), indented(w.String()))
	}
}

// warnError prints the warnings of a set on stderr, for commands whose output is a document.
func (t *terminal) warnError(set string, warnings []generator.Warning) {
	for _, w := range warnings {
		_, _ = fmt.Fprintf(t.stderr, "%s: %s: %s\n", t.stderr.style(bold, set), t.stderr.style(red, "warning"), indented(w.String()))
	}
}

// json prints v as JSON. Its error is about v: Run reports that stdout can't be written.
func (t *terminal) json(v any) error {
	data, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	_, _ = t.stdout.Write(append(escaped(data), '\n'))
	return nil
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
// terminal: it writes an escape for each character that isPrintable refuses.
func printable(s string) string {
	var out strings.Builder
	var before rune
	for _, r := range s {
		if isPrintable(before, r) {
			out.WriteRune(r)
		} else {
			out.WriteString(object.Escape(r))
		}
		before = r
	}
	return out.String()
}

// isPrintable reports whether a terminal shows r after another character, and nothing else
// happens. A variation selector is part of the symbol before it, as in many emoji.
func isPrintable(before, r rune) bool {
	if unicode.Is(unicode.Variation_Selector, r) {
		return (r == '\ufe0e' || r == '\ufe0f') && unicode.In(before, unicode.So, unicode.Sm)
	}
	return r == '\n' || r == '\t' || unicode.IsGraphic(r) && !object.Invisible(r)
}

// indented makes text from outside safe for a terminal, and indents all lines but the
// first: no line looks like a part of a difference.
func indented(s string) string { return strings.ReplaceAll(printable(s), "\n", "\n    ") }

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

// escaped writes the characters that isPrintable refuses in the form \u009b, which
// means the same in JSON. It keeps the escape character, which starts our colours:
// text from outside contains none when it gets here.
func escaped(text []byte) []byte {
	var out []byte
	var before rune
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		broken := r == utf8.RuneError && size == 1
		if !broken && (r == '\x1b' || isPrintable(before, r)) {
			out = append(out, text[:size]...)
		} else {
			for _, unit := range utf16.Encode([]rune{r}) {
				out = fmt.Appendf(out, "\\u%04x", unit)
			}
		}
		text, before = text[size:], r
	}
	return out
}

// The codes of styles.
const (
	bold   = "1"
	dim    = "2"
	red    = "31"
	green  = "32"
	yellow = "33"
	cyan   = "36"
)

// These style text for stdout.
func (t *terminal) bold(s string) string  { return t.stdout.style(bold, s) }
func (t *terminal) red(s string) string   { return t.stdout.style(red, s) }
func (t *terminal) green(s string) string { return t.stdout.style(green, s) }
func (t *terminal) dim(s string) string   { return t.stdout.style(dim, s) }

func (t *terminal) yellow(s string) string { return t.stdout.style(yellow, s) }
