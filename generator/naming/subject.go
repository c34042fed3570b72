package naming

import (
	"crypto/sha256"
	"strconv"
	"strings"

	"github.com/previewset/previewset/generator"
)

// maxID leaves room for a set's name beside an id in a label, in bytes. It bounds
// the id of a change, without its variant.
const maxID = 40

// Subject is a preview that gets names. It is comparable.
type Subject struct {
	// Set is the name of the set that selected the change.
	Set string
	// Origin says which change this is, in which variant. Its RepositoryID is part
	// of no name.
	Origin generator.Origin
	// Host of the forge, and Repository with its owner, are part of each hash.
	Host, Repository string
}

// ID returns ChangeID, followed by a dash and the variant where there is one, at
// most 61 bytes. Where CheckVariants accepts the variants of a set, no two previews
// of one repository in it share an ID.
func (s Subject) ID() string {
	return s.ChangeID() + variantSuffix(s.Origin.Variant)
}

// variantSuffix returns the end of an ID in this variant.
func variantSuffix(variant string) string {
	if variant == "" {
		return ""
	}
	return "-" + variant
}

// ChangeID returns "pr-<number>" or "br-<slug>", at most 40 bytes: a directory,
// a label and a part of other names. No two changes of one repository in one set
// share it; all variants of one change do.
//
// The ID of a branch whose name is its own slug has the name unchanged; any other
// ends in a hash.
func (s Subject) ChangeID() string {
	s.Origin = s.Origin.WithoutVariant()
	key := s.Origin.Key
	if key.Kind == generator.PullRequest {
		if s.wellFormed() {
			return "pr-" + strconv.FormatInt(key.Number, 10)
		}
		return withHash("pr-0", s.hash(), "-", maxID)
	}
	slug := slugify(key.Branch)
	id := "br-" + slug
	if s.wellFormed() && slug != "" && slug == key.Branch && len(id) <= maxID && !looksHashed(id) {
		return id
	}
	return withHash(id, s.hash(), "-", maxID)
}

// wellFormed reports whether s is a branch or a numbered pull request. Anything
// else gets hashed names.
func (s Subject) wellFormed() bool {
	key := s.Origin.Key
	return key.Kind == generator.Branch || key.Kind == generator.PullRequest && key.Number >= 1
}

const (
	// hashAlphabet is the alphabet of the names that Kubernetes generates: it has
	// no vowels, so no words, and no two characters that look alike
	// (k8s.io/apimachinery/pkg/util/rand).
	hashAlphabet = "bcdfghjklmnpqrstvwxz2456789"
	// hashLen characters hold 47.5 bits.
	hashLen = 10
)

// hash returns hashLen characters that identify s.
func (s Subject) hash() string {
	key := s.Origin.Key
	number, ref := "", key.Branch
	if key.Kind == generator.PullRequest {
		number, ref = strconv.FormatInt(key.Number, 10), ""
	}
	// The length of each field stands before it (a netstring), so that no two
	// lists of fields have the same encoding.
	var enc []byte
	fields := []string{s.Set, s.Host, s.Repository, string(key.Kind), number, ref}
	if s.Origin.Variant != "" {
		// The hash without a variant is the one from before there were variants.
		fields = append(fields, s.Origin.Variant)
	}
	for _, field := range fields {
		enc = strconv.AppendInt(enc, int64(len(field)), 10)
		enc = append(enc, ':')
		enc = append(enc, field...)
		enc = append(enc, ',')
	}
	return encodeHash(sha256.Sum256(enc))
}

// encodeHash writes sum, a big-endian number, modulo 27^10 in hashAlphabet.
// 27^10 is so far below 2^256 that all values are equally likely.
func encodeHash(sum [sha256.Size]byte) string {
	const base = uint64(len(hashAlphabet))
	modulus := uint64(1)
	for range hashLen {
		modulus *= base
	}
	var rest uint64
	for _, b := range sum {
		rest = (rest<<8 | uint64(b)) % modulus
	}
	var out [hashLen]byte
	for k := hashLen - 1; k >= 0; k-- {
		out[k] = hashAlphabet[rest%base]
		rest /= base
	}
	return string(out[:])
}

// looksHashed reports whether s ends as a hashed name does, whatever made it.
func looksHashed(s string) bool {
	at := len(s) - hashLen - 1
	if at < 0 || s[at] != '-' && s[at] != '_' {
		return false
	}
	return strings.Trim(s[at+1:], hashAlphabet) == ""
}

// withHash returns base with sep and hash at its end, once, cut before them to
// make at most limit bytes.
func withHash(base, hash, sep string, limit int) string {
	base = strings.TrimSuffix(base, sep+hash)
	base = base[:min(len(base), limit-len(sep)-len(hash))]
	return strings.TrimRight(base, sep) + sep + hash
}
