package kinds

// group is a row of a table: kinds of a group of the API. An API group has several rows if
// several projects define its kinds.
type group struct {
	// name is the name of the API group, "" for the core group. "*." and a domain stand for
	// all subdomains of that domain.
	name string
	// cluster and namespaced list kinds, with white space between them. "*" stands for all
	// kinds that no row names.
	cluster, namespaced string
	// source is the repository, Go module or documentation that the scopes are from.
	source string
}
