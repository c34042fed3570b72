package naming

import "strings"

// nameKind is the syntax of one kind of name.
type nameKind interface {
	// plain reports whether raw is a valid name and does not look like a hashed
	// one.
	plain(raw string) bool
	// hashed returns a valid name, made from raw, that ends in hash. If raw has
	// no valid characters, it uses id instead.
	hashed(raw, id, hash string) string
}

const (
	// maxLabel and maxHost are the limits of RFC 1123 for a label and for a
	// host name, in bytes.
	maxLabel = 63
	maxHost  = 253
	// maxApplication is below maxLabel so that the names which Argo CD derives
	// from an Application's name fit into a label.
	maxApplication = 53
)

// label is the syntax of an RFC 1123 label. Its value is the maximum length, in
// bytes.
type label int

func (l label) plain(raw string) bool {
	return raw != "" && len(raw) <= int(l) && cleanLabel(raw) == raw && !looksHashed(raw)
}

func (l label) hashed(raw, id, hash string) string {
	s := cleanLabel(raw)
	if s == "" {
		s = id
	}
	return withHash(s, hash, "-", int(l))
}

// host is the syntax of an RFC 1123 host name. The hash is in its first label.
type host struct{}

func (host) plain(raw string) bool {
	for l := range strings.SplitSeq(raw, ".") {
		if l == "" || len(l) > maxLabel || cleanLabel(l) != l {
			return false
		}
	}
	first, _, _ := strings.Cut(raw, ".")
	return len(raw) <= maxHost && !looksHashed(first)
}

func (host) hashed(raw, id, hash string) string {
	head, tail, _ := strings.Cut(raw, ".")
	first := cleanLabel(head)
	if first == "" {
		// Without a first label, the hash would become a sibling of the domain
		// instead of a name in it.
		first = id
	}
	if strings.HasPrefix(first, "xn--") {
		// With a hash at its end, the label would be other Punycode (RFC 3492).
		first = "xn-" + first[len("xn--"):]
	}
	domain := cleanDomain(tail)
	if domain == "" {
		return withHash(first, hash, "-", maxLabel)
	}
	room := maxHost - len(".") - len(domain)
	return withHash(first, hash, "-", min(maxLabel, room)) + "." + domain
}

// maxDomain leaves room for a dot and for a first label of one character, a dash
// and a hash.
const maxDomain = maxHost - len(".") - (1 + len("-") + hashLen)

// cleanDomain makes each label of raw valid and removes empty labels. It then
// removes labels from the front until the rest has at most maxDomain bytes.
func cleanDomain(raw string) string {
	var labels []string
	for l := range strings.SplitSeq(raw, ".") {
		l = cleanLabel(l)
		l = strings.TrimRight(l[:min(len(l), maxLabel)], "-")
		if l != "" {
			labels = append(labels, l)
		}
	}
	domain := strings.Join(labels, ".")
	for len(domain) > maxDomain {
		_, domain, _ = strings.Cut(domain, ".")
	}
	return domain
}

// slugify replaces each run of characters other than ASCII letters and digits by
// one dash, and trims dashes. It knows only ASCII, because Unicode tables change.
func slugify(s string) string {
	return strings.Trim(replaceRuns(s, '-', false), "-")
}

// cleanLabel is like slugify, but keeps runs of dashes inside s.
func cleanLabel(s string) string {
	return strings.Trim(replaceRuns(s, '-', true), "-")
}

// replaceRuns converts the ASCII letters of s to lower case, and replaces each run
// of bytes that are neither letters nor digits by one sep. With keep, a sep in s is
// kept and is not part of a run.
func replaceRuns(s string, sep byte, keep bool) string {
	out := make([]byte, 0, len(s))
	inRun := false
	for k := 0; k < len(s); k++ {
		c := s[k]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		good := 'a' <= c && c <= 'z' || '0' <= c && c <= '9' || keep && c == sep
		if good {
			out = append(out, c)
		} else if !inRun {
			out = append(out, sep)
		}
		inRun = !good
	}
	return string(out)
}
