package naming

// Reserved reports whether s is a name that a plain schema name can't be. Most
// reserved words can be made by no template, so that no name shows it.
func Reserved(s string) bool { return reserved(s) }
