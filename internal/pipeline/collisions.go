package pipeline

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/previewset/previewset/generator"
)

// settleNames keeps each preview that is there from getting a name that another one
// has: a hash can collide, and a held preview can be in the way of one from another
// source. It may hold a preview with the names that it has already. It removes none.
//
// Who else can't have its names is known only when the guard has decided who leaves:
// guardRemovals ends with dropCollisions.
func (s *Set) settleNames(_ *facts, all []*candidate) error {
	for order := inOrderOfClaim(all); !claimNames(order); {
		order = inOrderOfClaim(order)
	}
	return nil
}

// claimNames holds the first preview that is to get a name of a candidate before it
// in order. It returns false then: the names that it keeps are no longer free.
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

// dropCollisions drops each candidate that stays and has a name of one before it in
// the order of claim: new ones and, of two previews that have the same name already,
// the second. Its entry stays.
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

// inOrderOfClaim returns the candidates that have names, by who has the better claim
// to them: those that are there and keep theirs, those that leave,
// those that are there and get others, and new ones.
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

// renamed reports whether c is there and stays with other names.
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

// claims returns the names that c gets or, if it leaves, has.
func claims(c *candidate) []string {
	n := c.Names
	if c.leaves() {
		n = c.there.Names
	}
	return []string{"id " + n.ID, "application " + n.Application, "namespace " + n.Namespace, "host " + n.Host, "schema " + n.DBSchema}
}

// dropFor drops c for another that has one of its names. Its entry, if there is
// one, stays.
func (c *candidate) dropFor(other *candidate) {
	c.status, c.why = drop, generator.Verdict{Reason: generator.ReasonName, Detail: collision(other, c)}
}

// collision says which name of c the other has.
func collision(other, c *candidate) string {
	who := other.Key().String()
	if other.Variant != "" {
		who += " (" + other.Variant + ")"
	}
	has := claims(other)
	shared := slices.IndexFunc(has, func(name string) bool { return slices.Contains(claims(c), name) })
	return fmt.Sprintf("%s has its %s", who, has[shared])
}
