package pipeline

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/previewset/previewset/generator"
)

// settleNames makes sure that no existing preview gets a name that another one has:
// hashes can collide, and a held preview can have a name that a preview from
// another source would get. It may hold a preview with the names that it already
// has. It removes none.
//
// Only after the guard has decided which previews leave is it known which new
// candidates can't have their names: guardRemovals then calls dropCollisions.
func (s *Set) settleNames(_ *facts, all []*candidate) error {
	for order := inOrderOfClaim(all); !claimNames(order); {
		order = inOrderOfClaim(order)
	}
	return nil
}

// claimNames assigns names in order. If an existing preview would be renamed to a
// name that is taken, claimNames holds it with its present names and returns false:
// these names are no longer free, so that a new order is needed.
func claimNames(order []*candidate) bool {
	taken := make(map[string]*candidate, 5*len(order))
	for _, c := range order {
		names := claims(c)
		if others := owners(taken, names); len(others) > 0 && c.renamed() {
			c.status, c.Held = hold, "it keeps its names: "+collision(others[0], c)
			c.Names = c.there.Names
			return false
		}
		for _, name := range names {
			if taken[name] == nil {
				taken[name] = c
			}
		}
	}
	return true
}

// dropCollisions drops each candidate that stays but needs a name of a candidate
// before it in the order of claim: a new one or, where two previews already have
// the same name, the second. Its entry stays.
func dropCollisions(all []*candidate) {
	taken := map[string]*candidate{}
	for _, c := range inOrderOfClaim(all) {
		if !c.stays() {
			continue
		}
		names := claims(c)
		if others := owners(taken, names); len(others) > 0 {
			c.dropFor(others[0])
			continue
		}
		for _, name := range names {
			taken[name] = c
		}
	}
}

// inOrderOfClaim returns the candidates that have names, those with the best claim
// first: existing previews that keep their names, previews that leave, previews
// that are renamed, and new ones.
func inOrderOfClaim(all []*candidate) []*candidate {
	order := slices.DeleteFunc(slices.Clone(all), func(c *candidate) bool { return !c.stays() && !c.leaves() })
	slices.SortStableFunc(order, func(a, b *candidate) int {
		return cmp.Or(a.claimRank()-b.claimRank(), cmp.Compare(a.Number, b.Number), cmp.Compare(a.ID, b.ID))
	})
	return order
}

func (c *candidate) claimRank() int {
	switch {
	case c.there == nil:
		return 4
	case c.renamed():
		return 3
	case c.leaves():
		return 2
	case c.status == hold:
		return 1
	}
	return 0
}

// renamed reports whether c has a preview now and stays with other names.
func (c *candidate) renamed() bool { return c.stays() && c.there != nil && c.Names != c.there.Names }

// owners returns the candidates that have taken these names: first those that stay,
// then those that leave.
func owners(taken map[string]*candidate, names []string) []*candidate {
	var staying, leaving []*candidate
	for _, name := range names {
		switch other := taken[name]; {
		case other == nil:
		case other.leaves():
			leaving = append(leaving, other)
		default:
			staying = append(staying, other)
		}
	}
	return slices.Concat(staying, leaving)
}

// claims returns the names that c is going to have or, if it leaves, has now.
func claims(c *candidate) []string {
	n := c.Names
	if c.leaves() {
		n = c.there.Names
	}
	return []string{"id " + n.ID, "application " + n.Application, "namespace " + n.Namespace, "host " + n.Host, "schema " + n.DBSchema}
}

// dropFor drops c because other has one of its names. The entry of c, if there is
// one, stays.
func (c *candidate) dropFor(other *candidate) {
	c.status, c.why = drop, generator.Verdict{Reason: generator.ReasonName, Detail: collision(other, c)}
}

// collision returns a text that says which of c's names other has.
func collision(other, c *candidate) string {
	who := other.Key().String()
	if other.Variant != "" {
		who += " (" + other.Variant + ")"
	}
	has := claims(other)
	shared := slices.IndexFunc(has, func(name string) bool { return slices.Contains(claims(c), name) })
	return fmt.Sprintf("%s has its %s", who, has[shared])
}
