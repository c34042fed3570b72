package postgres

// loader builds a graph from rows of closureSQL.
type loader struct {
	// index has the place of each object in found.
	index map[object]int
	found []row
	// edges are dependencies between objects. to may be unknown.
	edges []link
	// parent is the object that contains an object, or the object itself.
	parent []int
}

// link is a dependency of the object at the place from. sub is its column.
type link struct {
	from    int
	sub     int32
	to      object
	deptype byte
}

func newLoader() *loader { return &loader{index: map[object]int{}} }

func (l *loader) add(w row) {
	i, known := l.index[w.object]
	if !known {
		i = len(l.found)
		l.index[w.object] = i
		l.found = append(l.found, w)
	}
	if w.deptype != "" {
		l.edges = append(l.edges, link{i, w.sub, w.ref, w.deptype[0]})
	}
}

// at returns the place of an object, or of the table with the column.
func (l *loader) at(o object) (int, bool) {
	table := o
	table.sub = 0
	if i, ok := l.index[table]; ok {
		return i, true
	}
	i, ok := l.index[o]
	return i, ok
}

// root returns the object of which i is an inseparable part.
func (l *loader) root(i int) int {
	for l.parent[i] != i {
		l.parent[i] = l.parent[l.parent[i]]
		i = l.parent[i]
	}
	return i
}

// holder returns the object that the server drops together with i, and whether i can
// also be dropped alone.
func (l *loader) holder(i int) (holder int, separable bool) {
	i = l.root(i)
	if c := l.found[i].container; c.oid != 0 {
		if h, ok := l.index[c]; ok && l.root(h) != i {
			return l.root(h), true
		}
	}
	return i, false
}

// graph returns the graph of the rows.
func (l *loader) graph() *graph {
	l.merge()
	g := &graph{}
	places := make([]int, len(l.found))
	for i := range l.found {
		places[i] = -1
	}
	for i := range l.found {
		holder, separable := l.holder(i)
		n := g.node(places, holder, l.found)
		g.nodes[n].locks++
		if root := l.root(i); separable && root == i || l.found[i].kind == "S" && root != i {
			g.nodes[n].parts = append(g.nodes[n].parts, l.found[i].object)
		}
	}
	for _, e := range l.edges {
		to, ok := l.at(e.to)
		if !ok {
			continue
		}
		from, separable := l.holder(e.from)
		to, _ = l.holder(to)
		if from == to {
			continue
		}
		if separable {
			// A drop of the other object only removes the part.
			n := &g.nodes[places[to]]
			n.locks++
			n.parts = append(n.parts, l.found[l.root(e.from)].object)
			continue
		}
		g.edges = append(g.edges, edge{places[from], places[to], l.part(from, e)})
	}
	return g
}

// part returns the object that loses the dependency if it is loosened: the node at the
// place from, or its column.
func (l *loader) part(from int, e link) object {
	part := l.found[from].object
	of := l.found[e.from]
	if of.class == part.class && of.oid == part.oid && part.sub == 0 && l.found[from].kind == "" {
		part.sub = max(of.object.sub, e.sub)
	}
	return part
}

// node returns the node for the object at the place i.
func (g *graph) node(places []int, i int, found []row) int {
	if places[i] < 0 {
		places[i] = len(g.nodes)
		n := node{object: found[i].object, other: found[i].other}
		if kind := found[i].kind; kind != "" && kind != "S" {
			n.kind = kind[0]
		}
		g.nodes = append(g.nodes, n)
	}
	return places[i]
}

// merge joins objects that can't be dropped alone to the object that they are a part of
// (PostgreSQL manual, pg_depend: i, e and S), and columns to their table.
func (l *loader) merge() {
	l.parent = make([]int, len(l.found))
	for i, w := range l.found {
		l.parent[i], _ = l.at(w.object)
	}
	for _, e := range l.edges {
		if e.deptype != 'i' && e.deptype != 'e' && e.deptype != 'S' {
			continue
		}
		if to, ok := l.at(e.to); ok && l.root(to) != l.root(e.from) {
			l.parent[l.root(e.from)] = l.root(to)
		}
	}
}
