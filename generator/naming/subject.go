package naming

import (
	"crypto/sha256"
	"strconv"
	"strings"

	"github.com/previewset/previewset/generator"
)

// maxID bounds the id of a change without its variant, in bytes. It leaves room for
// the name of a set in the same label.
const maxID = 40

// Subject identifies a preview that gets names. It is comparable.
type Subject struct {
	// Set is the name of the set that selected the change.
	Set string
	// Origin identifies the change and the variant. Its RepositoryID is not part
	// of any name.
	Origin generator.Origin
	// Host is the host of the forge, and Repository includes its owner. Both are
	// part of each hash.
	Host, Repository string
}

// ID returns ChangeID, followed by a dash and the variant if s has one. It has at
// most 61 bytes. If CheckVariants accepts the variants of a set, no two previews of
// one repository in the set share an ID.
func (s Subject) ID() string {
	return s.ChangeID() + variantSuffix(s.Origin.Variant)
}

// variantSuffix returns the end of an ID in the variant.
func variantSuffix(variant string) string {
	if variant == "" {
		return ""
	}
	return "-" + variant
}

// ChangeID returns "pr-<number>" or "br-<slug>", at most 40 bytes. It is a directory,
// a label and a part of other names. No two changes of one repository in one set
// share it. All variants of one change share it.
//
// If the name of a branch is a valid slug, the ID has the name unchanged. The ID of
// any other branch ends in a hash.
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

// wellFormed reports whether s is a branch or a pull request with a positive
// number. All other subjects get hashed names.
func (s Subject) wellFormed() bool {
	key := s.Origin.Key
	return key.Kind == generator.Branch || key.Kind == generator.PullRequest && key.Number >= 1
}

const (
	// hashAlphabet is the alphabet of the names that Kubernetes generates
	// (k8s.io/apimachinery/pkg/util/rand). It has no vowels, so a hash has no
	// words, and no two characters that look alike.
	hashAlphabet = "bcdfghjklmnpqrstvwxz2456789"
	// hashLen is the length of a hash in characters. A hash holds 47.5 bits.
	hashLen = 10
)

// hash returns hashLen characters that identify s.
func (s Subject) hash() string {
	key := s.Origin.Key
	number, ref := "", key.Branch
	if key.Kind == generator.PullRequest {
		number, ref = strconv.FormatInt(key.Number, 10), ""
	}
	// Each field is preceded by its length (a netstring), so that no two lists of
	// fields have the same encoding.
	var enc []byte
	fields := []string{s.Set, s.Host, s.Repository, string(key.Kind), number, ref}
	if s.Origin.Variant != "" {
		// Without a variant, the hash is the same as before variants existed.
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

// encodeHash encodes sum, a big-endian number, modulo 27^10 in hashAlphabet. 27^10
// is so far below 2^256 that all values are practically equally likely.
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

// looksHashed reports whether s has the ending of a hashed name.
func looksHashed(s string) bool {
	at := len(s) - hashLen - 1
	if at < 0 || s[at] != '-' && s[at] != '_' {
		return false
	}
	return strings.Trim(s[at+1:], hashAlphabet) == ""
}

// withHash returns base, followed by sep and hash. It cuts base to make the result
// at most limit bytes. If base already ends in sep and hash, they are not repeated.
func withHash(base, hash, sep string, limit int) string {
	base = strings.TrimSuffix(base, sep+hash)
	base = base[:min(len(base), limit-len(sep)-len(hash))]
	return strings.TrimRight(base, sep) + sep + hash
}
