package policy

// atPaths returns row for each of the paths.
func atPaths(row Row, paths ...string) []Row {
	return copies(row, paths, func(r *Row, path string) { r.Path = path })
}

// atFields returns row for each name of a field.
func atFields(row Row, names ...string) []Row {
	return copies(row, names, func(r *Row, name string) { r.Field = name })
}

// atAnnotations returns row for each key of an annotation.
func atAnnotations(row Row, keys ...string) []Row {
	return copies(row, keys, func(r *Row, key string) { r.Annotation = key })
}

// copies returns a copy of row for each text, to which set adds the text.
func copies(row Row, texts []string, set func(*Row, string)) []Row {
	rows := make([]Row, len(texts))
	for i, text := range texts {
		rows[i] = row
		set(&rows[i], text)
	}
	return rows
}
