package database

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// Mark says on the server whose an object is. Only what carries one is ever
// changed or removed.
type Mark struct {
	// Set and ID are the preview's.
	Set string `json:"set"`
	ID  string `json:"id"`
	// Source is the repository of its change: "github.com/acme/shop".
	Source string `json:"source"`
	// OrphanedAt is when a sweep first found no preview that it belongs to;
	// zero while it has one.
	OrphanedAt time.Time `json:"orphanedAt,omitzero"`
}

// markPrefix is how a mark is told from what people write into comments.
const markPrefix = "previewset "

// maxMark bounds a mark's text, in bytes.
const maxMark = 1 << 10

// String returns the mark as the text of a comment.
func (m Mark) String() string {
	// Encoding strings and a time can't fail: a year has four digits here.
	data, _ := json.Marshal(m)
	return markPrefix + string(data)
}

// ParseMark returns the mark that a comment holds, and whether it is one.
func ParseMark(comment string) (Mark, bool) {
	text, ok := strings.CutPrefix(comment, markPrefix)
	if !ok || len(comment) > maxMark {
		return Mark{}, false
	}
	var m Mark
	if err := json.Unmarshal([]byte(text), &m); err != nil {
		return Mark{}, false
	}
	return m, m.Set != "" && m.ID != ""
}

// SameOwner reports whether m and other are of the same preview.
func (m Mark) SameOwner(other Mark) bool {
	return m.Set == other.Set && m.ID == other.ID && m.Source == other.Source
}

// Still returns ErrChanged if m says that an object had no preview, and found, its
// mark on the server now, does not say so any more, or has said so only since.
func (m Mark) CheckUnchanged(found Mark) error {
	if m.OrphanedAt.IsZero() || m.OrphanedAt.Equal(found.OrphanedAt) {
		return nil
	}
	return ErrChanged
}

// owner names the preview for people.
func (m Mark) owner() string { return fmt.Sprintf("%s of set %s (%s)", m.ID, m.Set, m.Source) }
