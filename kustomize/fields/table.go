package fields

import (
	"fmt"
	"slices"

	"sigs.k8s.io/kustomize/kyaml/resid"
)

// Table has all known rows. It is immutable.
type Table struct {
	kinds map[kind]rowsByValue
	any   rowsByValue
}

type kind struct{ group, kind string }

type rowsByValue map[Is][]Row

// NewTable returns the table of this package with the rows own. The error names the
// first row with an invalid path.
func NewTable(own []Row) (*Table, error) {
	t := &Table{kinds: map[kind]rowsByValue{}, any: rowsByValue{}}
	for _, row := range slices.Concat(own, Known()) {
		if err := t.add(row); err != nil {
			return nil, fmt.Errorf("%s %v %s: %w", row.Group, row.Kinds, row.Path, err)
		}
	}
	for _, rows := range t.kinds {
		for is, others := range t.any {
			rows[is] = append(rows[is], others...)
		}
	}
	return t, nil
}

func (t *Table) add(row Row) error {
	row, err := row.parsed()
	if err != nil {
		return err
	}
	if row.Group == AnyGroup {
		t.any[row.Is] = append(t.any[row.Is], row)
		return nil
	}
	for _, name := range row.Kinds {
		k := kind{row.Group, name}
		if t.kinds[k] == nil {
			t.kinds[k] = rowsByValue{}
		}
		t.kinds[k][row.Is] = append(t.kinds[k][row.Is], row)
	}
	return nil
}

// Rows returns the rows of a kind with one of the values is, in the order of is. A nil
// table has none.
func (t *Table) Rows(gvk resid.Gvk, is ...Is) []Row {
	if t == nil {
		return nil
	}
	rows, known := t.kinds[kind{gvk.Group, gvk.Kind}]
	if !known {
		rows = t.any
	}
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
func Known() []Row { return slices.Concat(hostRows(), containerRows) }
