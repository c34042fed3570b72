package postgres

import "slices"

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
	// order has the dependents first, so that a drop never cascades far.
	order []int
	// circular are edges between nodes that depend on each other in a circle, and core
	// are these nodes.
	circular []edge
	core     []int
	// kept are nodes on which objects without a mark depend, and those objects.
	kept []int
}

func (g *graph) plan() plan {
	var p plan
	alive := slices.Repeat([]bool{true}, len(g.nodes))
	// An object without a mark stays, and so do the objects that it depends on.
	for i, n := range g.nodes {
		if n.other {
			p.kept = append(p.kept, i)
			alive[i] = false
		}
	}
	out := g.adjacent(false)
	for next := 0; next < len(p.kept); next++ {
		for _, to := range out.of(p.kept[next]) {
			if alive[to] {
				alive[to] = false
				p.kept = append(p.kept, to)
			}
		}
	}
	p.order = peel(alive, g.adjacent(true), out)
	// The rest has circles. Without nodes that only lead to or from circles, it consists of
	// them.
	peel(alive, out, g.adjacent(true))
	for _, e := range g.edges {
		if alive[e.from] && alive[e.to] && e.from != e.to {
			p.circular = append(p.circular, e)
		}
	}
	for i := range alive {
		if alive[i] {
			p.core = append(p.core, i)
		}
	}
	return p
}

// neighbours has for each node the nodes at the other end of its edges.
type neighbours struct {
	start []int
	nodes []int
}

func (n neighbours) of(i int) []int { return n.nodes[n.start[i]:n.start[i+1]] }

// adjacent returns the nodes that each node depends on, or the reverse.
func (g *graph) adjacent(reverse bool) neighbours {
	n := neighbours{start: make([]int, len(g.nodes)+1), nodes: make([]int, len(g.edges))}
	ends := func(e edge) (from, to int) {
		if reverse {
			return e.to, e.from
		}
		return e.from, e.to
	}
	for _, e := range g.edges {
		from, _ := ends(e)
		n.start[from+1]++
	}
	for i := range g.nodes {
		n.start[i+1] += n.start[i]
	}
	next := slices.Clone(n.start)
	for _, e := range g.edges {
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
