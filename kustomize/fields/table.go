package fields

import (
	"fmt"
	"maps"
	"slices"
	"sync"

	"sigs.k8s.io/kustomize/kyaml/resid"
)

// Table has all known rows. It is immutable.
type Table struct {
	kinds map[kind]rowsByValue
	any   rowsByValue
}

type kind struct{ group, kind string }

type rowsByValue map[Is][]Row

// known returns the table of the rows of this package. All sets share it.
var known = sync.OnceValues(func() (*Table, error) {
	t := &Table{kinds: map[kind]rowsByValue{}, any: rowsByValue{}}
	for _, row := range Known() {
		if err := t.add(row); err != nil {
			return nil, err
		}
	}
	for _, rows := range t.kinds {
		for is, others := range t.any {
			rows[is] = append(rows[is], others...)
		}
	}
	return t, nil
})

// NewTable returns the table of this package with the rows own, which have a group. The
// error names the first row with an invalid path.
func NewTable(own []Row) (*Table, error) {
	shared, err := known()
	if err != nil || len(own) == 0 {
		return shared, err
	}
	t := &Table{kinds: maps.Clone(shared.kinds), any: shared.any}
	for _, row := range own {
		for _, name := range row.Kinds {
			k := kind{row.Group, name}
			t.kinds[k] = shared.rows(k).clone()
		}
	}
	for _, row := range own {
		if err := t.add(row); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// clone returns a copy of r to which rows can be added.
func (r rowsByValue) clone() rowsByValue {
	out := rowsByValue{}
	for is, rows := range r {
		out[is] = slices.Clip(rows)
	}
	return out
}

func (t *Table) add(row Row) error {
	parsed, err := row.parsed()
	if err != nil {
		return fmt.Errorf("%s %v %s: %w", row.Group, row.Kinds, row.Path, err)
	}
	if row.Group == AnyGroup {
		t.any[row.Is] = append(t.any[row.Is], parsed)
		return nil
	}
	for _, name := range row.Kinds {
		k := kind{row.Group, name}
		if t.kinds[k] == nil {
			t.kinds[k] = rowsByValue{}
		}
		t.kinds[k][row.Is] = append(t.kinds[k][row.Is], parsed)
	}
	return nil
}

// rows returns the rows of k.
func (t *Table) rows(k kind) rowsByValue {
	if rows, ok := t.kinds[k]; ok {
		return rows
	}
	return t.any
}

// Rows returns the rows of a kind with one of the values is, in the order of is. A nil
// table has none.
func (t *Table) Rows(gvk resid.Gvk, is ...Is) []Row {
	if t == nil {
		return nil
	}
	rows := t.rows(kind{gvk.Group, gvk.Kind})
	if len(is) == 1 {
		return rows[is[0]]
	}
	var all []Row
	for _, value := range is {
		all = append(all, rows[value]...)
	}
	return all
}

// Known returns the rows of this package.
func Known() []Row { return slices.Concat(hostRows(), containerRows, imageRows, namespaceRows) }
