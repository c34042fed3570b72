package fields

// Child returns the place of a key of p.
func (p Place) Child(key string) Place { return p.child(key) }
