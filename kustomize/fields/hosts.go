package fields

import (
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/previewset/previewset/kustomize/object"
)

// Extent describes which hosts a text selects.
type Extent int

const (
	// Unknown is for a text that has not the form of the field.
	Unknown Extent = iota
	// Limited is for a text that selects only the hosts that it names.
	Limited
	// Everything is for a text that selects all hosts.
	Everything
	// Patterned is for a text that selects hosts by a pattern.
	Patterned
)

// Token is a host in a text: text[Start:End], in lower case and without a final dot.
type Token struct {
	Host       string
	Start, End int
}

func shifted(t Token, by int) Token { return Token{t.Host, t.Start + by, t.End + by} }

// listItem matches an item of a list of hosts.
var listItem = regexp.MustCompile(`[^,\s]+`)

// listed returns the hosts of a list. It returns none if an item is not a host.
func listed(text string) ([]Token, Extent) {
	var all []Token
	for _, m := range listItem.FindAllStringIndex(text, -1) {
		token, ok := hostOrURL(text[m[0]:m[1]])
		if !ok {
			return nil, Unknown
		}
		all = append(all, shifted(token, m[0]))
	}
	if all == nil {
		return nil, Everything
	}
	return all, Limited
}

// hostOrURL returns the host of text, which is a host or a URL.
func hostOrURL(text string) (Token, bool) {
	scheme, rest, isURL := strings.Cut(text, "://")
	if !isURL {
		return whole(text)
	}
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		rest = rest[:end]
	}
	at := strings.LastIndexByte(rest, '@') + 1
	token, ok := whole(rest[at:])
	return shifted(token, len(scheme)+len("://")+at), ok
}

// hostAndPort matches a host, its final dot and its port.
var hostAndPort = regexp.MustCompile(`^([^:]*?)\.?(?::[0-9]+)?$`)

// whole returns text, a host with an optional port, as a host. "*" stands for all hosts.
func whole(text string) (Token, bool) {
	m := hostAndPort.FindStringSubmatch(text)
	if m == nil || m[1] != "*" && !isHost(m[1]) {
		return Token{}, false
	}
	return Token{strings.ToLower(m[1]), 0, len(m[1])}, true
}

// mentions returns the hosts that a text mentions. A name without a dot is a host only
// if it is the complete text or the host of a URL.
func mentions(text string) []Token {
	return slices.DeleteFunc(HostsIn(text), func(t Token) bool {
		complete := t.Start == 0 && t.End == len(text)
		inURL := strings.HasSuffix(text[:t.Start], "//") && !strings.HasPrefix(text[t.End:], "@")
		return !strings.Contains(t.Host, ".") && !complete && !inURL && !strings.HasSuffix(text[:t.Start], "@")
	})
}

// hostCondition matches the beginning of a condition for hosts, with its values if they are
// in the usual form.
var hostCondition = regexp.MustCompile(`(?i)"hostHeaderConfig"(?:\s*:\s*\{\s*"values"\s*:\s*\[([^\]]*)\]\s*\})?`)

// conditionValue matches a value of a condition.
var conditionValue = regexp.MustCompile(`"([^"]*)"`)

// conditions returns the hosts of conditions. It returns none if one of them has another form.
func conditions(text string) ([]Token, Extent) {
	var all []Token
	for _, m := range hostCondition.FindAllStringSubmatchIndex(text, -1) {
		if m[2] < 0 {
			return nil, Unknown
		}
		for _, v := range conditionValue.FindAllStringSubmatchIndex(text[m[2]:m[3]], -1) {
			start := m[2] + v[2]
			token, ok := whole(text[start : m[2]+v[3]])
			if !ok {
				return nil, Unknown
			}
			all = append(all, shifted(token, start))
		}
	}
	return all, Limited
}

// candidates matches texts that could be hosts.
var candidates = regexp.MustCompile(`[A-Za-z0-9*_][A-Za-z0-9._*-]*`)

// HostsIn returns everything in text that could be a host, in its order. It leaves out
// addresses of mail, IP addresses and variables of templates.
func HostsIn(text string) []Token {
	var all []Token
	for _, m := range candidates.FindAllStringIndex(text, -1) {
		start := m[0] + escapedBefore(text, m[0], m[1])
		name := strings.TrimRight(text[start:m[1]], ".-_")
		if !isMail(text[:start]) && !isVariable(text[:start]) && !isPartOfWord(text, m[0], m[1]) && isHost(name) {
			all = append(all, Token{strings.ToLower(name), start, start + len(name)})
		}
	}
	return all
}

// escape matches the rest of an escaped character of a URL, after the percent sign.
var escape = regexp.MustCompile(`^[0-9A-Fa-f]{2}`)

// escapedBefore returns how many bytes of text[start:end] belong to an escaped character
// of a URL, as in rd=https%3A%2F%2Fshop.example.com.
func escapedBefore(text string, start, end int) int {
	if start == 0 || text[start-1] != '%' {
		return 0
	}
	return len(escape.FindString(text[start:end]))
}

// isPartOfWord reports whether text[start:end] is next to a character that is not ASCII,
// as in the name of a host that is not in its ASCII form.
func isPartOfWord(text string, start, end int) bool {
	return start > 0 && text[start-1] >= utf8.RuneSelf || end < len(text) && text[end] >= utf8.RuneSelf
}

// maxUser bounds the part of a URL before a host, in bytes.
const maxUser = 256

// isMail reports whether the text after before is the domain of an address of mail, and
// not the host of a URL with a user.
func isMail(before string) bool {
	if !strings.HasSuffix(before, "@") {
		return false
	}
	before = before[max(0, len(before)-maxUser):]
	_, user, isURL := strings.Cut(before[strings.LastIndexAny(before, " \t\n\"'`")+1:], "://")
	return !isURL || strings.Contains(user, "/")
}

// templateVariable matches a text before the name of a variable of a template that is not
// closed, as in {{ .Release.Name }}.
var templateVariable = regexp.MustCompile(`\{\{[^}]*[$.]$`)

func isVariable(before string) bool {
	return (strings.HasSuffix(before, ".") || strings.HasSuffix(before, "$")) && templateVariable.MatchString(before)
}

// isHost reports whether name is a DNS name, optionally with a wildcard as the first
// label, and not an IP address.
func isHost(name string) bool {
	_, err := netip.ParseAddr(name)
	return err != nil && object.IsHost(strings.ToLower(strings.ReplaceAll(strings.TrimPrefix(name, "*."), "_", "-")))
}

// IsInternal reports whether host is a name in the cluster or of the machine itself:
// localhost, or the name of a Service (https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/).
func IsInternal(host string) bool {
	return host == "localhost" || host == "svc" || strings.HasSuffix(host, ".svc") ||
		strings.Contains(host, ".svc.") || strings.HasSuffix(host, ".cluster.local")
}
