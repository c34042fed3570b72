package gitops

import (
	"crypto/sha256"
	"encoding/json"
	"time"
)

// Fingerprint is equal for records with equal content, whether they were read from
// Git or made from a preview. It is for comparisons within a process: another
// release may compute it differently.
type Fingerprint [sha256.Size]byte

func (r Record) fingerprint() Fingerprint {
	hash := sha256.New()
	// Encoding strings, times and maps of strings can't fail. It sorts the keys.
	_ = json.NewEncoder(hash).Encode(r)
	return Fingerprint(hash.Sum(nil))
}

// normalized returns r in its canonical form: an empty list or map is nil, and times
// are in UTC, in whole seconds.
func (r Record) normalized() Record {
	if len(r.Change.Labels) == 0 {
		r.Change.Labels = nil
	}
	if len(r.Names.Hosts) == 0 {
		r.Names.Hosts = nil
	}
	r.Parameters, r.Flags, r.Inputs = nilIfEmpty(r.Parameters), nilIfEmpty(r.Flags), nilIfEmpty(r.Inputs)
	r.Change.CreatedAt, r.Change.UpdatedAt = wholeSeconds(r.Change.CreatedAt), wholeSeconds(r.Change.UpdatedAt)
	r.ExpiresAt = wholeSeconds(r.ExpiresAt)
	return r
}

// nilIfEmpty returns m, or nil if it is empty.
func nilIfEmpty(m map[string]string) map[string]string {
	if len(m) == 0 {
		return nil
	}
	return m
}

// wholeSeconds returns t in UTC and in whole seconds, or nil for the zero time.
func wholeSeconds(t *time.Time) *time.Time {
	if t != nil && !t.IsZero() && t.Location() == time.UTC && t.Nanosecond() == 0 {
		return t
	}
	return timePointer(timeValue(t))
}
