package gitops

import (
	"crypto/sha256"
	"encoding/json"
	"time"
)

// Fingerprint is the same for two records that say the same, whether they were
// read from Git or made from a preview. It is for comparisons within a process:
// another release may compute it in another way.
type Fingerprint [sha256.Size]byte

func (r Record) fingerprint() Fingerprint {
	hash := sha256.New()
	// Encoding strings, times and maps of strings can't fail, and sorts keys.
	_ = json.NewEncoder(hash).Encode(r)
	return Fingerprint(hash.Sum(nil))
}

// normal returns r with one form for each thing that it can say: an empty list or
// map is nil, and times are in UTC, in whole seconds.
func (r Record) normal() Record {
	if len(r.Change.Labels) == 0 {
		r.Change.Labels = nil
	}
	r.Parameters, r.Flags, r.Inputs = some(r.Parameters), some(r.Flags), some(r.Inputs)
	r.Change.CreatedAt, r.Change.UpdatedAt = seconds(r.Change.CreatedAt), seconds(r.Change.UpdatedAt)
	r.ExpiresAt = seconds(r.ExpiresAt)
	return r
}

// some returns m, or nil where it is empty.
func some(m map[string]string) map[string]string {
	if len(m) == 0 {
		return nil
	}
	return m
}

// seconds returns t in UTC and in whole seconds, or nil for the zero time.
func seconds(t *time.Time) *time.Time {
	if t != nil && !t.IsZero() && t.Location() == time.UTC && t.Nanosecond() == 0 {
		return t
	}
	return optional(value(t))
}
