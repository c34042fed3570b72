package kinds

import (
	"strings"
	"sync"
)

// Scope tells whether the objects of a kind are in namespaces. The values are those of
// spec.scope of a CustomResourceDefinition.
type Scope string

// The scopes. Unknown is the scope of a kind that no table has.
const (
	Unknown    Scope = ""
	Namespaced Scope = "Namespaced"
	Cluster    Scope = "Cluster"
)

// ScopeOf returns the scope of a kind of a group of the API, or Unknown. The core group is
// "". A row for the group takes precedence over a row for its domain, and a named kind of a
// row over "*".
func ScopeOf(group, kind string) Scope {
	scopes := known()
	name := group
	for {
		for _, k := range [...]string{kind, "*"} {
			if scope, ok := scopes[id{name, k}]; ok {
				return scope
			}
		}
		_, domain, ok := strings.Cut(strings.TrimPrefix(name, "*."), ".")
		if !ok {
			return Unknown
		}
		name = "*." + domain
	}
}

type id struct{ group, kind string }

// known returns the scopes of all rows.
var known = sync.OnceValue(func() map[id]Scope {
	scopes := map[id]Scope{}
	for _, row := range Groups() {
		for _, kind := range row.Namespaced {
			scopes[id{row.Name, kind}] = Namespaced
		}
		for _, kind := range row.Cluster {
			scopes[id{row.Name, kind}] = Cluster
		}
	}
	return scopes
})
