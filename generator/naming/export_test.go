package naming

// Reserved reports whether s can't be a schema name. It is exported for tests, because no
// template can produce most of the reserved words.
func Reserved(s string) bool { return reserved(s) }
