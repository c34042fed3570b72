package main

import (
	"bufio"
	"log"
	"os"
	"strings"
)

// maxForeign bounds the different lines of libraries that are logged.
const maxForeign = 100

// deprecation is the start of Kustomize's warnings about deprecated fields, which a build
// prints without the file. The warnings of a set have the file.
const deprecation = "# Warning: '"

// captureStderr sends what libraries print on the standard error to the log of t, each line
// once. Kustomize prints warnings there at each build. release ends it.
func captureStderr(t *terminal) (release func(), err error) {
	reader, writer, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	original, done := os.Stderr, make(chan struct{})
	os.Stderr = writer
	log.SetOutput(writer)
	log.SetFlags(0)
	go func() {
		defer close(done)
		t.logForeign(bufio.NewScanner(reader))
	}()
	return func() {
		os.Stderr = original
		_ = writer.Close()
		<-done
	}, nil
}

func (t *terminal) logForeign(lines *bufio.Scanner) {
	seen := map[string]bool{}
	for lines.Scan() {
		text := strings.TrimSpace(lines.Text())
		if text == "" || strings.HasPrefix(text, deprecation) || seen[text] || len(seen) >= maxForeign {
			continue
		}
		seen[text] = true
		t.log.Load().Warn("a library printed a message", "text", printable(text))
	}
}
