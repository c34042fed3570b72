package pipeline

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/previewset/previewset/generator"
)

// settleNames prevents an existing preview from getting a name of another one.
// Hashes can collide, and a held preview can have the name that a preview of another source
// would get. settleNames may hold a preview with its present names. It removes none.
//
// A kept preview that only another replica has keeps the names in its entry in the same
// way. Otherwise one replica would hold it with these names, and the other drop it.
//
// Which new candidates can't get their names depends on the guard, which decides
// which previews leave: guardRemovals calls dropCollisions afterwards.
func (s *Set) settleNames(f *facts, all []*candidate) error {
	for _, c := range all {
		//promise:replicas-agree-on-names
		if c.status == keep {
			f.adopt(c)
		}
	}
	for order := inOrderOfClaim(all); !claimNames(order); {
		order = inOrderOfClaim(order)
	}
	return nil
}

// claimNames assigns names in order. If an existing preview would be renamed to a
// name that is taken, claimNames holds it with its present names and returns false:
// these names are then no longer free, and the caller must sort again.
func claimNames(order []*candidate) bool {
	taken := make(map[string]*candidate, 5*len(order))
	for _, c := range order {
		names := claims(c)
		if others := owners(taken, names); len(others) > 0 && c.renamed() {
			c.status, c.Held = hold, keptNames(collision(others[0], c))
			c.Names, c.Hosts = c.existing.Names, c.existing.Hosts
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

// dropCollisions drops each staying candidate that needs a name of a candidate before
// it in the order of claim. This is a new candidate or, if two previews already have
// the same name, the second one. Its entry stays. A new candidate also waits until the
// entry with its id, of a former source, is pruned: it must not get the namespace and the
// database of another repository's preview.
func dropCollisions(f *facts, all []*candidate) {
	taken := map[string]*candidate{}
	for _, c := range inOrderOfClaim(all) {
		if !c.stays() {
			continue
		}
		//promise:previews-take-over-no-entry
		if other := f.byID[c.ID]; other != nil && c.existing == nil && other.Repository.Identity() != c.Repository.Identity() {
			c.status, c.why = drop, generator.Verdict{Reason: generator.ReasonName, Detail: fmt.Sprintf("it waits until the entry %s of %s is pruned", c.ID, other.Source())}
			continue
		}
		names := claims(c)
		if others := owners(taken, names); len(others) > 0 {
			c.dropForCollision(others[0])
			continue
		}
		for _, name := range names {
			taken[name] = c
		}
	}
}

// inOrderOfClaim returns the candidates that need names, in this order: existing
// previews that keep their names, previews that leave, previews that are renamed, new
// previews. The guard's held previews come after other existing ones and, if another
// process has replaced their entry, after all others: otherwise a replica that holds
// the previews of a former source, and one that has those of the new source, would
// overwrite each other's entries in turn.
func inOrderOfClaim(all []*candidate) []*candidate {
	order := slices.DeleteFunc(slices.Clone(all), func(c *candidate) bool { return !c.stays() && !c.leaves() })
	slices.SortStableFunc(order, func(a, b *candidate) int {
		return cmp.Or(a.claimRank()-b.claimRank(), cmp.Compare(a.Number, b.Number), cmp.Compare(a.ID, b.ID))
	})
	return order
}

func (c *candidate) claimRank() int {
	heldByGuard := c.status == hold && !c.why.Kept()
	switch {
	//promise:replaced-previews-yield
	case heldByGuard && c.replaced:
		return 6
	case c.existing == nil, c.adopted:
		return 5
	case c.renamed():
		return 4
	case c.leaves():
		return 3
	case heldByGuard:
		return 2
	case c.status == hold:
		return 1
	}
	return 0
}

// renamed reports whether c has a preview and stays, with other names.
func (c *candidate) renamed() bool {
	return c.stays() && c.existing != nil && c.Names != c.existing.Names
}

// owners returns the candidates that have taken these names. Those that stay are
// before those that leave.
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

// claims returns the names of c after the sync or, if c leaves, its present names. Further
// hosts are those that it has now, unless it gets another host.
func claims(c *candidate) []string {
	n := c.Names
	if c.leaves() {
		n = c.existing.Names
	}
	names := []string{"id " + n.ID, "application " + n.Application, "namespace " + n.Namespace, "host " + n.Host, "schema " + n.DBSchema}
	//promise:further-hosts-are-claimed
	if c.existing != nil && c.existing.Host == n.Host {
		for _, h := range c.existing.Hosts {
			names = append(names, "host "+h.Name)
		}
	}
	return names
}

// dropForCollision drops c because other has one of its names. The entry of c stays.
func (c *candidate) dropForCollision(other *candidate) {
	c.status, c.why = drop, generator.Verdict{Reason: generator.ReasonName, Detail: collision(other, c)}
}

// collision returns a text that states which name of c other has.
func collision(other, c *candidate) string {
	owner := other.Key().String()
	if other.Variant != "" {
		owner += " (" + other.Variant + ")"
	}
	has := claims(other)
	shared := slices.IndexFunc(has, func(name string) bool { return slices.Contains(claims(c), name) })
	return fmt.Sprintf("%s has its %s", owner, has[shared])
}
