package generator

// Variant is one of several configurations in which a set previews each change: the
// same commit with different parameters.
type Variant struct {
	// Name is valid according to naming.CheckVariants. A set without variants has one
	// Variant with the name "".
	Name string
	// Parameters override the set's parameters. The parameter "flags" is merged with
	// the set's flags; see MergeFlags.
	Parameters map[string]string
}
