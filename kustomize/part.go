package kustomize

import (
	"fmt"
	"regexp"
	"strconv"
)

// part is some text, and the slot that follows it.
type part struct {
	text string
	slot int // -1 for none
	// quoted is true where the slot's value is a quoted, and false where it is a
	// plain string.
	quoted bool
}

// placeholder stands for the value of a slot. It is a word for YAML, and a valid
// name of each kind that a preview has.
func placeholder(slot int) string { return fmt.Sprintf("%s%04dxqz", placeholderPrefix, slot) }

const placeholderPrefix = "zqx"

var placeholders = regexp.MustCompile(`"?zqx([0-9]{4})xqz"?`)

// split divides text at its placeholders.
func split(text string) []part {
	var parts []part
	at := 0
	for _, found := range placeholders.FindAllStringSubmatchIndex(text, -1) {
		slot, _ := strconv.Atoi(text[found[2]:found[3]]) // four digits
		parts = append(parts, part{text[at:found[0]], slot, text[found[0]] == '"'})
		at = found[1]
	}
	return append(parts, part{text: text[at:], slot: -1})
}

// written returns the YAML of parts with values in their slots.
func written(parts []part, values []string) (out []byte, err error) {
	const quotes = 2
	size := 0
	for _, p := range parts {
		size += len(p.text) + quotes + len(p.value(values))
	}
	out = make([]byte, 0, size)
	for _, p := range parts {
		out = append(out, p.text...)
		if p.slot < 0 {
			continue
		}
		if out, err = p.append(out, p.value(values)); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// value returns that of p's slot, "" for none.
func (p part) value(values []string) string {
	if p.slot < 0 || p.slot >= len(values) {
		return ""
	}
	return values[p.slot]
}

// append appends value as the slot of p has it.
func (p part) append(out []byte, value string) ([]byte, error) {
	switch {
	case p.quoted && isASCII(value):
		return appendQuoted(out, value), nil
	case p.quoted:
		return appendYAML(out, quoted(value))
	case isWord(value):
		return append(out, value...), nil
	}
	return appendYAML(out, value)
}

// join returns the text of parts with values in their slots, as they are.
func join(parts []part, values []string) (text string) {
	for _, p := range parts {
		text += p.text + p.value(values)
	}
	return text
}
