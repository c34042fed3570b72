package template

import (
	"fmt"
	"regexp"
	"strconv"

	"github.com/previewset/previewset/kustomize/object"
)

const placeholderPrefix = "zqx"

// Placeholder stands for the value with the number index, from 0 to 9999. It is a
// word for YAML, and a valid name of each kind that a preview has.
func Placeholder(index int) string { return fmt.Sprintf("%s%04dxqz", placeholderPrefix, index) }

// placeholders finds them, with the quotes that they are written in.
var placeholders = regexp.MustCompile(`"?zqx([0-9]{4})xqz"?`)

// part is some text, and the placeholder that follows it.
type part struct {
	text string
	// value is the number of the placeholder's value, -1 for none.
	value int
	// quoted is true where the value is an object.Quoted, and false where it is a
	// plain string.
	quoted bool
}

// split divides text at its placeholders.
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

// of returns p's value, "" for none.
func (p part) of(values []string) string {
	if p.value < 0 || p.value >= len(values) {
		return ""
	}
	return values[p.value]
}

// yamlOf returns parts as YAML with values in the places of their placeholders.
func yamlOf(parts []part, values []string) (out []byte, err error) {
	const quotes = 2
	size := 0
	for _, p := range parts {
		size += len(p.text) + quotes + len(p.of(values))
	}
	out = make([]byte, 0, size)
	for _, p := range parts {
		out = append(out, p.text...)
		switch value := p.of(values); {
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

// textOf returns the text of parts with values as they are.
func textOf(parts []part, values []string) (text string) {
	for _, p := range parts {
		text += p.text + p.of(values)
	}
	return text
}
