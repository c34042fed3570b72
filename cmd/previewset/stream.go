package main

import (
	"io"
	"os"

	"golang.org/x/term"
)

// stream is an output stream of a command. It remembers its first error and writes
// nothing after it, so that no command can lose a part of its output without a notice.
// It serializes the writes of several goroutines.
type stream struct {
	w           io.Writer
	interactive bool // it is a terminal
	colour      bool
	// escapes is true if the stream escapes characters that control a terminal: slog's
	// JSON and YAML do not escape C1 controls and characters that change the direction of
	// text.
	escapes bool
	onError func(error) // gets the first error
	line    *progressLine
	err     error
}

// newStream returns the stream of w. It has colours only if w is a terminal that
// supports them, and NO_COLOR (no-color.org) is not set.
func newStream(w io.Writer, line *progressLine) *stream {
	interactive := isTerminal(w)
	return &stream{
		w: w, interactive: interactive, escapes: interactive, line: line, onError: func(error) {},
		colour: interactive && os.Getenv("NO_COLOR") == "" && !dumb(),
	}
}

// dumb reports whether the terminal can neither show colours nor erase a line.
func dumb() bool { return os.Getenv("TERM") == "dumb" }

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

func (s *stream) Write(p []byte) (int, error) {
	s.line.mu.Lock()
	defer s.line.mu.Unlock()
	if s.err != nil {
		return 0, s.err
	}
	s.line.erase()
	text := p
	if s.escapes {
		text = escaped(p)
	}
	if _, err := s.w.Write(text); err != nil {
		s.err = err
		s.onError(err)
		return 0, err
	}
	return len(p), nil
}

// lost returns the first error of the stream.
func (s *stream) lost() error {
	s.line.mu.Lock()
	defer s.line.mu.Unlock()
	return s.err
}

func (s *stream) style(code, text string) string {
	if !s.colour {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}
