package fields

import (
	"slices"
	"strings"
)

// Form describes how the text of a field has hosts.
type Form int

const (
	// Whole is a host, or a list of hosts that are separated by commas or spaces. A host
	// can have a port, and it can be the host of a URL.
	Whole Form = iota
	// Scoped is a host after an optional namespace and a slash, as in the Gateways of
	// Istio.
	Scoped
	// Matcher is a rule of Traefik, such as Host(`shop.example.com`) && PathPrefix(`/`).
	Matcher
	// Conditions is the JSON of conditions of AWS' load balancers, with header values such as
	// [{"field": "host-header", "hostHeaderConfig": {"values": ["shop.example.com"]}}].
	Conditions
	// Text is any text that mentions hosts, such as a URL or JSON.
	Text
	// Pattern is a text that selects hosts in another way than by their names.
	Pattern
	// Addressed is a Service and its namespace, web.shop, with an optional scheme, port and
	// path.
	Addressed
)

// Hosts returns the hosts in a text of form f, in their order. A text of another form
// has none.
func (f Form) Hosts(text string) []Token {
	if f == Text {
		return mentions(text)
	}
	tokens, _ := f.read(text)
	return tokens
}

// Mentions returns the hosts that a text of form f mentions beside those that it selects,
// in their order.
func (f Form) Mentions(text string) []Token {
	switch f {
	case Matcher:
		return matchedHeaders(text)
	case Conditions:
		hosts, _ := conditions(text)
		return slices.DeleteFunc(mentions(text), func(t Token) bool {
			return slices.ContainsFunc(hosts, func(host Token) bool { return t.Start < host.End && host.Start < t.End })
		})
	case Whole, Scoped, Text, Pattern, Addressed:
	}
	return nil
}

// Extent returns which hosts a text of form f selects.
func (f Form) Extent(text string) Extent {
	_, extent := f.read(text)
	return extent
}

func (f Form) read(text string) ([]Token, Extent) {
	switch f {
	case Whole:
		return listed(text)
	case Scoped:
		at := strings.LastIndexByte(text, '/') + 1
		if token, ok := whole(text[at:]); ok {
			return []Token{shifted(token, at)}, Limited
		}
	case Matcher:
		return matched(text)
	case Conditions:
		return conditions(text)
	case Pattern:
		return nil, Patterned
	case Text, Addressed:
	}
	return nil, Unknown
}
