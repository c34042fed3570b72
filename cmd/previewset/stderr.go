package main

import (
	"bufio"
	"io"
	"log"
	"os"
	"regexp"
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
		t.logForeign(reader)
	}()
	return func() {
		os.Stderr = original
		_ = writer.Close()
		<-done
	}, nil
}

// klogHeader is the level, time and process of a line of client-go's logger. (klog v2.140,
// internal/buffer: FormatHeader.)
var klogHeader = regexp.MustCompile(`^[IWEF]\d{4} \d\d:\d\d:\d\d\.\d{6} +\d+ `)

// logForeign logs lines until the end of r. It reads r to the end, whatever is in it:
// otherwise libraries would wait for a reader.
func (t *terminal) logForeign(r io.Reader) {
	lines, seen := bufio.NewReader(r), map[string]bool{}
	for {
		line, _, err := lines.ReadLine() // a part of a long line
		if err != nil {
			return
		}
		text := strings.TrimSpace(klogHeader.ReplaceAllString(string(line), ""))
		if text == "" || strings.HasPrefix(text, deprecation) || seen[text] || len(seen) >= maxForeign {
			continue
		}
		seen[text] = true
		t.log.Load().Warn("a library printed a message", "text", printable(text))
	}
}
