package naming

import "strings"

// form is what a kind of name has to look like.
type form interface {
	// plain reports whether raw is a valid name as it stands and could not be
	// taken for a hashed one.
	plain(raw string) bool
	// hashed makes a valid name of raw that ends in hash. Where nothing of raw
	// is left, it makes one of id.
	hashed(raw, id, hash string) string
}

const (
	// maxLabel is the limit of RFC 1123 for a label, maxHost that for a name.
	maxLabel = 63
	maxHost  = 253
	// maxApplication is below maxLabel so that what Argo CD derives from an
	// Application's name still fits.
	maxApplication = 53
)

// label is the form of an RFC 1123 label of at most so many bytes.
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

// host is the form of an RFC 1123 host name. The hash is in its first label.
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
		// Without a label of its own, it would be a name beside the domain
		// instead of one in it.
		first = id
	}
	if strings.HasPrefix(first, "xn--") {
		// With a hash at its end, Punycode says something else (RFC 3492).
		first = "xn-" + first[len("xn--"):]
	}
	domain := cleanDomain(tail)
	if domain == "" {
		return withHash(first, hash, "-", maxLabel)
	}
	room := maxHost - len(".") - len(domain)
	return withHash(first, hash, "-", min(maxLabel, room)) + "." + domain
}

// maxDomain leaves room for a dot and for a first label that is one character,
// a dash and a hash.
const maxDomain = maxHost - len(".") - (1 + len("-") + hashLen)

// cleanDomain returns the labels of raw, each made valid, empty ones left out,
// and as many of the last ones as fit.
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

// slugify returns s with every run of anything but letters and digits made one
// dash. It is of ASCII alone, to be the same for years.
func slugify(s string) string {
	return strings.Trim(replaceRuns(s, '-', false), "-")
}

// cleanLabel does the same, but leaves the dashes of s alone.
func cleanLabel(s string) string {
	return strings.Trim(replaceRuns(s, '-', true), "-")
}

// replaceRuns lowers the ASCII letters of s and replaces each run of bytes that
// are neither letters nor digits by one sep. With keep, a sep in s is not part
// of such a run.
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
