package generator

import (
	"cmp"
	"slices"
)

// Warning is a condition that previewset can't remove, and that a person should know: a
// rule that has no effect, or an item that was left as it was. It does not fail a sync.
type Warning struct {
	// Subject is the thing that the warning is about, such as "lifetime.idle",
	// "pull request 42" or "entry pr-42".
	Subject string `json:"subject"`
	// Message is a sentence for people, without a full stop. It names the remedy. It
	// does not change while the condition lasts.
	Message string `json:"message"`
}

// String returns the subject and the message.
func (w Warning) String() string { return w.Subject + ": " + w.Message }

// SortWarnings returns the warnings in a stable order, without duplicates.
func SortWarnings(warnings []Warning) []Warning {
	sorted := slices.SortedFunc(slices.Values(warnings), func(a, b Warning) int {
		return cmp.Or(cmp.Compare(a.Subject, b.Subject), cmp.Compare(a.Message, b.Message))
	})
	return slices.Compact(sorted)
}
