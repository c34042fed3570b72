package generator

// Origin is what makes a preview the same one: the repository of its change, the
// change and the variant. It is comparable.
//
// It compares and never names: the names of a preview stay as they are when its
// origin is written in another way.
type Origin struct {
	// RepositoryID is what Repository.Identity returns.
	RepositoryID string
	Key          Key
	// Variant is "" where the set has none.
	Variant string
}

// WithoutVariant returns the origin that all variants of the change share.
func (o Origin) WithoutVariant() Origin {
	o.Variant = ""
	return o
}

// Identity identifies r among the repositories of all forges. No two
// repositories have the same one.
func (r Repository) Identity() string {
	return r.ForgeHost + "/" + r.FullName() // no host has a slash
}

// Origin returns the origin of c, a change of r, in a variant.
func (r Repository) Origin(c Change, variant string) Origin {
	return Origin{RepositoryID: r.Identity(), Key: c.Key(), Variant: variant}
}

// Origin returns what makes p the same preview.
func (p Preview) Origin() Origin { return p.Repository.Origin(p.Change, p.Variant) }
