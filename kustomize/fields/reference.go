package fields

import "slices"

// Reference is a namespace in a text, and the object in it that the text names:
// text[Start:End] is the namespace.
type Reference struct {
	// Kinds are the kinds that the object can have, empty for any. Name is the name of the
	// object, "" if the text selects the namespace. A text that could have another meaning
	// has the name of a Service, without which it has the other meaning, or no name.
	Kinds      []string
	Name       string
	Start, End int
}

// In returns the namespace of r in text.
func (r Reference) In(text string) string { return text[r.Start:r.End] }

// mention is the kind of a text that could have the name of a namespace, but could also
// mean something else.
const mention = "mention"

// Unsure reports whether the text could also mean something else than a namespace.
func (r Reference) Unsure() bool { return slices.Equal(r.Kinds, []string{mention}) }

func unsure() Reference { return Reference{Kinds: []string{mention}} }
