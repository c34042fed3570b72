package postgres

import (
	"maps"
	"slices"
)

// object identifies an object in the catalogs of a database. sub is the number of a
// column, or 0.
type object struct {
	class, oid uint32
	sub        int32
}

// node is an object that depends on the role's objects, or belongs to the role. Objects
// that only exist as a part of another one, such as the row type of a table, have no node.
type node struct {
	object
	// kind is 'v' for a view, 'f' for a function, 'd' for a domain, and otherwise 0.
	kind byte
	// other is true if the node belongs to a role without a mark.
	other bool
	// locks is the number of locks that the server takes to drop the node alone.
	locks int
	// parts are objects that can be dropped to reduce locks: constraints, triggers,
	// indexes, and so on, of the node itself or of others that depend on it.
	parts []object
}

// edge says that the node from depends on the node to. part is the object that depends:
// the node, or a column of it.
type edge struct {
	from, to int
	part     object
}

// graph has the objects that a drop of the role's objects removes, and their
// dependencies.
type graph struct {
	nodes []node
	edges []edge
}

// plan is the order in which to drop the nodes of a graph.
type plan struct {
	// loose are objects that must lose their dependencies first, because they are in a
	// circle: views, functions, domains and columns.
	loose []object
	// order has the dependents first, so that a drop never cascades far.
	order []int
	// kept are nodes without a mark, and nodes on which those depend.
	kept []int
}

func (g *graph) plan() plan {
	var p plan
	alive := slices.Repeat([]bool{true}, len(g.nodes))
	p.kept = g.keep(alive)
	edges := slices.Clone(g.edges)
	// The number of objects to loosen doubles, so that few rounds suffice.
	for size := 1; ; size *= 2 {
		dependents, dependencies := g.adjacent(edges, true), g.adjacent(edges, false)
		p.order = append(p.order, peel(alive, dependents, dependencies)...)
		// Nodes that only lead to or from circles need no change.
		circles := slices.Clone(alive)
		peel(circles, dependencies, dependents)
		loose := g.loosen(edges, circles, size)
		if len(loose) == 0 {
			break
		}
		p.loose = slices.AppendSeq(p.loose, maps.Keys(loose))
		edges = slices.DeleteFunc(edges, func(e edge) bool { return loose[e.part] })
	}
	for i := range alive {
		if alive[i] {
			p.order = append(p.order, i)
		}
	}
	return p
}

// keep returns the nodes that can't be dropped, and clears them in alive: a node without a
// mark, and all nodes that it depends on.
func (g *graph) keep(alive []bool) []int {
	var kept []int
	for i, n := range g.nodes {
		//promise:objects-without-a-mark-stay
		if n.other {
			kept = append(kept, i)
			alive[i] = false
		}
	}
	if len(kept) == 0 {
		return nil
	}
	dependencies := g.adjacent(g.edges, false)
	for next := 0; next < len(kept); next++ {
		for _, to := range dependencies.of(kept[next]) {
			if alive[to] {
				alive[to] = false
				kept = append(kept, to)
			}
		}
	}
	return kept
}

// loosen returns up to size objects in circles that can lose their dependencies.
func (g *graph) loosen(edges []edge, circles []bool, size int) map[object]bool {
	found := map[object]bool{}
	for _, e := range edges {
		loose := e.part.sub > 0 || g.nodes[e.from].kind != 0
		if loose && circles[e.from] && circles[e.to] && len(found) < size {
			found[e.part] = true
		}
	}
	return found
}

// neighbours has for each node the nodes at the other end of its edges.
type neighbours struct {
	start []int
	nodes []int
}

func (n neighbours) of(i int) []int { return n.nodes[n.start[i]:n.start[i+1]] }

// adjacent returns the nodes that each node depends on, or the reverse.
func (g *graph) adjacent(edges []edge, reverse bool) neighbours {
	n := neighbours{start: make([]int, len(g.nodes)+1), nodes: make([]int, len(edges))}
	ends := func(e edge) (from, to int) {
		if reverse {
			return e.to, e.from
		}
		return e.from, e.to
	}
	for _, e := range edges {
		from, _ := ends(e)
		n.start[from+1]++
	}
	for i := range g.nodes {
		n.start[i+1] += n.start[i]
	}
	next := slices.Clone(n.start)
	for _, e := range edges {
		from, to := ends(e)
		n.nodes[next[from]] = to
		next[from]++
	}
	return n
}

// peel repeatedly removes a node that no remaining node needs to follow: one without
// neighbours in before. It returns these nodes in order, and clears them in alive.
func peel(alive []bool, before, after neighbours) []int {
	waits := make([]int, len(alive))
	var order []int
	take := func(i int) {
		if waits[i] == 0 {
			alive[i] = false
			order = append(order, i)
		}
	}
	for i := range alive {
		for _, b := range before.of(i) {
			if alive[b] && b != i {
				waits[i]++
			}
		}
	}
	for i := range alive {
		if alive[i] {
			take(i)
		}
	}
	for next := 0; next < len(order); next++ {
		for _, a := range after.of(order[next]) {
			if alive[a] {
				waits[a]--
				take(a)
			}
		}
	}
	return order
}
