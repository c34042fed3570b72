package generator

import (
	"cmp"
	"slices"
	"time"
)

// Preview is a change that was selected, with its names.
type Preview struct {
	Change
	// Set is the name of the set that selected the change.
	Set        string
	Repository Repository
	// Variant is the name of the set's variant that this is; "" where the set
	// has none.
	Variant string
	Names
	// Parameters are those that the configuration gives its previews beside
	// ParameterNames, which they can't replace.
	Parameters map[string]string
	// Features are its feature flags.
	Features Flags
	// ExpiresAt is when its lifetime ends if nothing happens to it; zero where
	// the set has no lifetime or a keep label suspends it.
	ExpiresAt time.Time
	// Held says why the preview stays though it would not be kept now, or keeps
	// names that it would not get now; "" for a preview that is simply wanted.
	Held string
	// Objection is what the guard holds it in spite of; nil for none.
	Objection *Objection
}

// Names are what a preview and its parts are called. No two previews share any
// of them.
type Names struct {
	// ID is "pr-<number>" or "br-<slug>", and then "-<variant>" where there is
	// one: the directory of the entry.
	ID string
	// Application is the name of the Argo CD Application, at most 53 bytes.
	Application string
	// Namespace is an RFC 1123 label, at most 63 bytes.
	Namespace string
	// Host is a DNS name, at most 253 bytes.
	Host string
	// DBSchema matches [a-z_][a-z0-9_]*, at most 63 bytes.
	DBSchema string
}

// Flags returns p's feature flags as text; see Flags.String.
func (p Preview) Flags() string { return p.Features.String() }

// SortPreviews orders by ID, with numbers compared as numbers: branches first,
// then pull requests from the lowest number up, with the variants of each next
// to each other. Equal ones keep their order.
func SortPreviews(previews []Preview) {
	slices.SortStableFunc(previews, func(a, b Preview) int {
		return cmp.Or(
			cmp.Compare(a.Kind, b.Kind),
			cmp.Compare(a.Number, b.Number),
			cmp.Compare(a.ID, b.ID),
		)
	})
}
