package fields

import (
	"net/netip"
	"regexp"
	"strings"

	"github.com/previewset/previewset/kustomize/object"
)

// Form describes how the text of a field has hosts.
type Form int

const (
	// Whole is one host, with an optional port.
	Whole Form = iota
	// List is a list of hosts, separated by commas or spaces.
	List
	// Scoped is a host after an optional namespace and a slash, as in the Gateways of
	// Istio.
	Scoped
	// Matcher is a rule of Traefik, such as Host(`shop.example.com`) && PathPrefix(`/`).
	Matcher
	// Text is any text, such as a URL.
	Text
)

// Token is a host in a text: text[Start:End], in lower case and without a final dot.
type Token struct {
	Host       string
	Start, End int
}

// matchers matches the functions of Traefik's rules that have hosts, and their arguments
// (https://doc.traefik.io/traefik/routing/routers/#rule).
var matchers = regexp.MustCompile("(?i)\\b(?:Host|HostHeader|HostSNI)\\(([^()]*)\\)")

// patternMatchers matches the functions of Traefik's rules with regular expressions.
var patternMatchers = regexp.MustCompile(`(?i)\b(?:HostRegexp|HostSNIRegexp)\(`)

// HasPattern reports whether a text of form f selects hosts by a regular expression.
func (f Form) HasPattern(text string) bool { return f == Matcher && patternMatchers.MatchString(text) }

// Hosts returns the hosts in a text of form f, in their order. A text of another form
// has none.
func (f Form) Hosts(text string) []Token {
	switch f {
	case Whole:
		return wholeHost(text, 0)
	case Scoped:
		at := strings.LastIndexByte(text, '/') + 1
		return wholeHost(text[at:], at)
	case Matcher:
		var all []Token
		for _, m := range matchers.FindAllStringSubmatchIndex(text, -1) {
			all = append(all, shifted(HostsIn(text[m[2]:m[3]]), m[2])...)
		}
		return all
	}
	return HostsIn(text)
}

func shifted(tokens []Token, by int) []Token {
	for i := range tokens {
		tokens[i].Start += by
		tokens[i].End += by
	}
	return tokens
}

// wholeHost returns text, which begins at offset, as a host. "*" stands for all hosts.
func wholeHost(text string, offset int) []Token {
	host, _, _ := strings.Cut(text, ":")
	if text == "*" {
		return []Token{{"*", offset, offset + 1}}
	}
	tokens := HostsIn(host)
	if len(tokens) != 1 || strings.TrimSuffix(host, ".") != host[tokens[0].Start:tokens[0].End] {
		return nil
	}
	return shifted(tokens, offset)
}

// candidates matches texts that could be hosts.
var candidates = regexp.MustCompile(`[A-Za-z0-9*_][A-Za-z0-9._*-]*`)

// HostsIn returns everything in text that could be a host, in its order. It leaves out
// addresses of mail and IP addresses.
func HostsIn(text string) []Token {
	var all []Token
	for _, m := range candidates.FindAllStringIndex(text, -1) {
		name := strings.TrimRight(text[m[0]:m[1]], ".-_")
		if isMail(text[:m[0]]) || !isHost(name) {
			continue
		}
		all = append(all, Token{strings.ToLower(name), m[0], m[0] + len(name)})
	}
	return all
}

// isMail reports whether the text after before is the domain of an address of mail, and
// not the host of a URL with a user.
func isMail(before string) bool {
	if !strings.HasSuffix(before, "@") {
		return false
	}
	_, user, isURL := strings.Cut(before[strings.LastIndexAny(before, " \t\n\"'`")+1:], "://")
	return !isURL || strings.Contains(user, "/")
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
