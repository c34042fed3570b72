package generator

// Ended is a preview whose entry was removed lately.
type Ended struct {
	Change
	// Variant is "" if the set had no variants.
	Variant string
	// ID is the ID that the preview had.
	ID string
	// Verdict has the reason of the removal. Its Since is the time of the commit that removed
	// the entry.
	Verdict
}
