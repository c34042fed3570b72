package kinds

import (
	"slices"
	"strings"
)

// Group has kinds of a group of the API that have the same source.
type Group struct {
	// Name is the name of the API group, "" for the core group. "*." and a domain stand for
	// all subdomains of that domain.
	Name string
	// Cluster and Namespaced are the kinds, in the order of their names. "*" stands for all
	// kinds that no Group names.
	Cluster, Namespaced []string
	// Source is the repository, Go module or documentation that the scopes are from.
	Source string
}

// Groups returns all rows of the tables, in the order of their names.
func Groups() []Group {
	var all []Group
	for _, rows := range tables() {
		for _, row := range rows {
			all = append(all, Group{row.name, strings.Fields(row.cluster), strings.Fields(row.namespaced), row.source})
		}
	}
	slices.SortStableFunc(all, func(a, b Group) int { return strings.Compare(a.Name, b.Name) })
	return all
}
