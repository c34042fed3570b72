package config

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// parse returns the top of a file; nil after a problem that hides all others of the file.
// file is "" for the main file.
func (d *document) parse(file string, data []byte) *node {
	at := &node{file: file}
	if !utf8.Valid(data) && !bytes.HasPrefix(data, []byte("\xff\xfe")) && !bytes.HasPrefix(data, []byte("\xfe\xff")) {
		at.line = 1 + strings.Count(string(data[:invalidByte(data)]), "\n")
		d.addAt(at, "the file is not UTF-8 from here: save it as UTF-8")
		return nil
	}
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var root, next yaml.Node
	if err := decoder.Decode(&root); err != nil && !errors.Is(err, io.EOF) {
		var sentence string
		at.line, sentence = syntaxError(data)
		d.addAt(at, "the file is not valid YAML: %s", sentence)
		return nil
	}
	if len(root.Content) == 0 || root.Content[0].ShortTag() == "!!null" && root.Content[0].Value == "" {
		d.addAt(at, "the file is empty: write a configuration")
		return nil
	}
	if err := decoder.Decode(&next); !errors.Is(err, io.EOF) {
		at.line = next.Line
		d.addAt(at, "the file has more than one YAML document: keep one")
	}
	if d.rejectSecrets(file, &root) {
		return nil
	}
	r := reader{document: d, file: file}
	top := r.read(root.Content[0], nil, "", 0)
	if r.stop {
		return nil
	}
	return top
}

// invalidByte returns the index of the first byte that is not UTF-8.
func invalidByte(data []byte) int {
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return len(data)
}

// lineReader returns one line for each call of Read, so that count is the line that a
// parser has reached.
type lineReader struct {
	rest  []byte
	count int
}

func (l *lineReader) Read(p []byte) (int, error) {
	if len(l.rest) == 0 {
		return 0, io.EOF
	}
	end := bytes.IndexByte(l.rest, '\n') + 1
	if end == 0 {
		end = len(l.rest)
	}
	n := copy(p, l.rest[:end])
	if n == end {
		l.count++
	}
	l.rest = l.rest[n:]
	return n, nil
}

// mistake is a mistake in YAML: a part of the parser's message, and a sentence for people.
type mistake struct {
	part, sentence string
	// line returns the line of the mistake: the parser's own is that of the construct,
	// counts from 0 or 1 or is missing, and read is the last line that it has read.
	line func(own, read int) int
}

// mistakes returns the mistakes that the parser can find (scannerc.go, parserc.go, readerc.go
// and decode.go of yaml.v3).
func mistakes() []mistake {
	own := func(own, _ int) int { return own }
	fromZero := func(own, _ int) int { return own + 1 }
	read := func(_, read int) int { return read }
	return []mistake{
		{"could not find expected ':'", "a line has no colon after its key: write KEY: VALUE, or correct the indentation", own},
		{"mapping values are not allowed", "a colon is in the wrong place: put a value with a colon and a space in quotation marks, correct the indentation, or add the missing colon of the line above", own},
		{"did not find expected key", "the indentation does not fit the lines above: indent all keys of a map equally", read},
		{"expected '-' indicator", "the indentation does not fit the list above: begin each entry with a dash in the same column", read},
		{"expected ',' or ']'", "a list in brackets has no end: add ]", fromZero},
		{"expected ',' or '}'", "a map in braces has no end: add }", fromZero},
		{"expected node content", "a value is missing, or a bracket is in the wrong place: correct the brackets", read},
		{"unexpected end of stream", "a quotation mark has no end: add it", own},
		{"unknown escape character", "a text in double quotation marks has a backslash: use single quotation marks", own},
		{"cannot start any token", "a value begins with @, ` or %, which YAML reserves: put it in quotation marks", own},
		{"alphabetic or numeric character", "a value begins with * or &, which YAML reads as an alias or an anchor: put it in quotation marks", own},
		{"unknown anchor", "an alias has no anchor in this file: define the anchor before the alias, or put a value that begins with * in quotation marks", read},
		{"tag", "a value begins with !, which YAML reads as a tag: put it in quotation marks", fromZero},
		{"incompatible YAML document", "the version after %YAML is not supported: remove the line", func(int, int) int { return 1 }},
		{"control characters", "a character is not allowed in YAML: remove control characters", read},
		{"depth", "the values have too many levels: use fewer", read},
	}
}

// Patterns of the parser's messages, and of lines with frequent mistakes.
var (
	lineOfParser  = regexp.MustCompile(`line (\d+): `)
	unknownAnchor = regexp.MustCompile(`unknown anchor '(.+)' referenced`)
	tabIndent     = regexp.MustCompile(`^ *\t`)
	templateValue = regexp.MustCompile(`: +\{\{|^\s*- +\{\{`)
	tagValue      = regexp.MustCompile(`[\[{,:-] *![^!]`)
)

// syntaxError returns the line of the first mistake in a file that is not YAML, and a sentence
// without text of the file, which may be a secret.
func syntaxError(data []byte) (int, string) {
	// The parser takes a mark in the first line for none. So a line is added.
	data = append([]byte("#\n"), bytes.TrimPrefix(data, []byte("\ufeff"))...)
	reader := &lineReader{rest: data}
	var root yaml.Node
	err := yaml.NewDecoder(reader).Decode(&root)
	if err == nil { // UTF-16, which the added line has broken
		return 0, "save the file as UTF-8"
	}
	message, own, read := err.Error(), reader.count, reader.count
	if m := lineOfParser.FindStringSubmatch(message); m != nil {
		own, _ = strconv.Atoi(m[1])
	}
	lines := strings.Split(string(data), "\n")
	if m := unknownAnchor.FindStringSubmatch(message); m != nil {
		read = 1 + slices.IndexFunc(lines, func(line string) bool { return strings.Contains(line, "*"+m[1]) })
	}
	for line := min(read, len(lines)); line >= max(1, own); line-- {
		if sentence := frequentMistake(lines[line-1], message); sentence != "" {
			return line - 1, sentence
		}
	}
	for _, m := range mistakes() {
		if strings.Contains(message, m.part) {
			return m.line(own, read) - 1, m.sentence
		}
	}
	return own - 1, "check the indentation, brackets and quotation marks of this line and of the line before"
}

// frequentMistake returns a sentence about a mistake in a line that can cause a message of the
// parser, or "".
func frequentMistake(line, message string) string {
	switch {
	case tabIndent.MatchString(line) && (strings.Contains(message, "tab") || strings.Contains(message, "cannot start any token")):
		return "a tab indents the line: use spaces"
	case templateValue.MatchString(line):
		return "a value begins with {{, which YAML reads as a map: put it in quotation marks"
	case tagValue.MatchString(line) && (strings.Contains(message, "expected ',' or") || strings.Contains(message, "tag")):
		return "a value begins with !, which YAML reads as a tag: put it in quotation marks"
	}
	return ""
}
