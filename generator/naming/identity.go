package naming

import (
	"crypto/sha256"
	"strconv"
	"strings"
)

const (
	kindPullRequest = "pull-request"
	kindBranch      = "branch"

	// maxID leaves room for a set's name beside it in a label. It is of a
	// change's id, without a variant.
	maxID = 40
)

// Identity is what makes a change itself, in which set and variant. It is
// comparable.
type Identity struct {
	// Set is the name of the set that selected the change.
	Set string
	// Host of the forge, and Repository with its owner.
	Host, Repository string
	// Kind is "pull-request" or "branch".
	Kind string
	// Number of a pull request. Of a branch it is ignored.
	Number int64
	// Ref is the short name of a branch. Of a pull request it is ignored.
	Ref string
	// Variant is "" where the set has none.
	Variant string
}

// ID returns ChangeID, and after a dash the variant where there is one, at most
// 61 bytes. Where CheckVariants accepts the variants of a set, no two previews
// of one repository in it share an ID.
func (i Identity) ID() string {
	return i.ChangeID() + variantSuffix(i.Variant)
}

// variantSuffix is how an ID ends in this variant.
func variantSuffix(variant string) string {
	if variant == "" {
		return ""
	}
	return "-" + variant
}

// ChangeID returns "pr-<number>" or "br-<slug>", at most 40 bytes: a directory,
// a label and a part of other names. No two changes of one repository in one set
// share it; all variants of one do.
//
// A branch whose name is its own slug is found in its ID unchanged; any other
// has a hash at the end of it.
func (i Identity) ChangeID() string {
	i.Variant = ""
	if i.Kind == kindPullRequest {
		if i.wellFormed() {
			return "pr-" + strconv.FormatInt(i.Number, 10)
		}
		return withHash("pr-0", i.hash(), "-", maxID)
	}
	slug := slugify(i.Ref)
	id := "br-" + slug
	if i.wellFormed() && slug != "" && slug == i.Ref && len(id) <= maxID && !looksHashed(id) {
		return id
	}
	return withHash(id, i.hash(), "-", maxID)
}

// wellFormed reports whether i is of a kind there is. What is not gets names
// all the same, but hashed ones.
func (i Identity) wellFormed() bool {
	return i.Kind == kindBranch || i.Kind == kindPullRequest && i.Number >= 1
}

const (
	// hashAlphabet is what Kubernetes makes generated names of: no vowels, so
	// no words, and nothing that looks like something else
	// (k8s.io/apimachinery/pkg/util/rand).
	hashAlphabet = "bcdfghjklmnpqrstvwxz2456789"
	// hashLen characters hold 47.5 bits.
	hashLen = 10
)

// hash returns hashLen characters that stand for i.
func (i Identity) hash() string {
	number, ref := "", i.Ref
	if i.Kind == kindPullRequest {
		number, ref = strconv.FormatInt(i.Number, 10), ""
	}
	// Each field goes with its length before it (a netstring), so that no two
	// lists of fields have the same encoding.
	var enc []byte
	fields := []string{i.Set, i.Host, i.Repository, i.Kind, number, ref}
	if i.Variant != "" {
		// Names without a variant are as they were before there was any.
		fields = append(fields, i.Variant)
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
