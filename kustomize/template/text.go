package template

import (
	"fmt"
	"regexp"
	"strconv"

	"github.com/previewset/previewset/kustomize/object"
)

const placeholderPrefix = "zqx"

// Placeholder returns the placeholder of the value with this index, from 0 to 9999.
// It is a plain string in YAML, and a valid value for every kind of name in a preview.
func Placeholder(index int) string { return fmt.Sprintf("%s%04dxqz", placeholderPrefix, index) }

// placeholders matches placeholders, including the quotes around them.
var placeholders = regexp.MustCompile(`"?zqx([0-9]{4})xqz"?`)

// part is a text and the placeholder that follows it.
type part struct {
	text string
	// value is the index of the placeholder's value, -1 for no placeholder.
	value int
	// quoted is true if the value is an object.Quoted, and false if it is a plain
	// string.
	quoted bool
}

// split splits text at its placeholders.
func split(text string) []part {
	var parts []part
	at := 0
	for _, found := range placeholders.FindAllStringSubmatchIndex(text, -1) {
		value, _ := strconv.Atoi(text[found[2]:found[3]]) // four digits
		parts = append(parts, part{text[at:found[0]], value, text[found[0]] == '"'})
		at = found[1]
	}
	return append(parts, part{text: text[at:], value: -1})
}

// lookup returns the value of p, "" for none.
func (p part) lookup(values []string) string {
	if p.value < 0 || p.value >= len(values) {
		return ""
	}
	return values[p.value]
}

// yamlOf returns parts as YAML, with values in place of the placeholders.
func yamlOf(parts []part, values []string) (out []byte, err error) {
	const quotes = 2
	size := 0
	for _, p := range parts {
		size += len(p.text) + quotes + len(p.lookup(values))
	}
	out = make([]byte, 0, size)
	for _, p := range parts {
		out = append(out, p.text...)
		switch value := p.lookup(values); {
		case p.value < 0:
		case p.quoted:
			out, err = object.Quoted(value).Append(out)
		default:
			out, err = object.AppendString(out, value)
		}
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// textOf returns parts with values in place of the placeholders, without quotes.
func textOf(parts []part, values []string) (text string) {
	for _, p := range parts {
		text += p.text + p.lookup(values)
	}
	return text
}
