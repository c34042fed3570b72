package generator

// Variant is one of the states in which a set previews each change: the same
// commit, with parameters of its own.
type Variant struct {
	// Name is one that naming.CheckVariants accepts. It is "" for what a set
	// without variants has instead: one preview of each change.
	Name string
	// Parameters go before the set's. The parameter "flags" is merged with the
	// set's; see MergeFlags.
	Parameters map[string]string
}
