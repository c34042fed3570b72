package generator

// Origin is the identity of a preview: the repository of its change, the change and
// the variant. It is comparable.
//
// Names of previews are not made from an Origin, so they do not depend on how it is
// represented.
type Origin struct {
	// RepositoryID is the result of Repository.Identity.
	RepositoryID string
	Key          Key
	// Variant is "" if the set has no variants.
	Variant string
}

// WithoutVariant returns the origin that all variants of the change share.
func (o Origin) WithoutVariant() Origin {
	o.Variant = ""
	return o
}

// Origin returns the origin of a preview of c, a change of r, in a variant.
func (r Repository) Origin(c Change, variant string) Origin {
	//promise:variants-are-separate-previews
	return Origin{RepositoryID: r.Identity(), Key: c.Key(), Variant: variant}
}

// Origin returns the identity of p.
func (p Preview) Origin() Origin { return p.Repository.Origin(p.Change, p.Variant) }
