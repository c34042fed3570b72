package database

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// Mark is stored on the server and names the preview that owns an object. Only objects
// with a mark are changed or removed.
type Mark struct {
	// Set and ID name the preview.
	Set string `json:"set"`
	ID  string `json:"id"`
	// Source is the repository of the preview's change: "github.com/acme/shop". It is the
	// name that the repository had when the preview was new.
	Source string `json:"source"`
	// RepositoryID is the forge's ID of the repository; "" if it is not known, as in
	// marks of older versions.
	RepositoryID string `json:"repositoryID,omitempty"`
	// OrphanedAt is the time at which a sweep first found that the preview does not
	// exist; zero while the preview exists.
	OrphanedAt time.Time `json:"orphanedAt,omitzero"`
	// DroppingAt is the time of the last Drop that left a part of the object; zero if
	// there is none. Older versions ignore it.
	DroppingAt time.Time `json:"droppingAt,omitzero"`
}

// markPrefix distinguishes a mark from other comments.
const markPrefix = "previewset "

// Bounds of the text of a mark, in bytes: of a new mark, and of one that is read. A sweep
// adds a time to a mark.
const (
	maxNewMark = 1 << 10
	maxMark    = 2 << 10
)

// String returns the mark as the text of a comment.
func (m Mark) String() string {
	// Strings and a time with a year of four digits can always be encoded.
	data, _ := json.Marshal(m)
	return markPrefix + string(data)
}

// ParseMark returns the mark in a comment, and whether the comment is a mark.
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

// CheckNew returns an error if m is too long for the mark of a new object, or can't be
// read.
func (m Mark) CheckNew() error {
	m.OrphanedAt, m.DroppingAt = time.Time{}, time.Time{}
	text := m.String()
	if _, ok := ParseMark(text); !ok || len(text) > maxNewMark {
		return fmt.Errorf("the mark is invalid: it needs a set, an id and at most %d bytes, and has %d bytes: shorten the name of the repository", maxNewMark, len(text))
	}
	return nil
}

// SameOwner reports whether m and other name the same preview.
func (m Mark) SameOwner(other Mark) bool {
	return m.Set == other.Set && m.ID == other.ID && m.sameRepository(other)
}

// sameRepository compares the IDs of the repositories if both marks have one, and
// otherwise Source. IDs are unique on one forge only, so the hosts must be equal too.
func (m Mark) sameRepository(other Mark) bool {
	//promise:databases-belong-to-one-repository
	if m.RepositoryID != "" && other.RepositoryID != "" {
		return m.RepositoryID == other.RepositoryID && m.host() == other.host()
	}
	return m.Source == other.Source
}

// host returns the host of the forge.
func (m Mark) host() string {
	host, _, _ := strings.Cut(m.Source, "/")
	return host
}

// CheckUnchanged compares m with found, the current mark on the server. It returns
// ErrChanged if Create has run since m was read: Create clears both times.
func (m Mark) CheckUnchanged(found Mark) error {
	switch {
	case m.OrphanedAt.IsZero() && m.DroppingAt.IsZero(), !found.DroppingAt.IsZero():
		return nil
	case !m.OrphanedAt.IsZero() && m.OrphanedAt.Equal(found.OrphanedAt):
		return nil
	}
	return ErrChanged
}

// owner describes the preview in messages.
func (m Mark) owner() string { return fmt.Sprintf("%s of set %s (%s)", m.ID, m.Set, m.Repository()) }

// Repository describes the repository in messages.
func (m Mark) Repository() string {
	if m.RepositoryID == "" {
		return m.Source
	}
	return m.Source + " with the id " + m.RepositoryID
}
