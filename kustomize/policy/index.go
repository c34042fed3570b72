package policy

import (
	"slices"
	"strings"
	"sync"

	"sigs.k8s.io/kustomize/kyaml/resid"

	"github.com/previewset/previewset/kustomize/fields"
)

// Rows returns all rows, by their area.
func Rows() []Row {
	return slices.Concat(
		podRows, serviceRows, claimRows, kindRows, accessRows, annotationRows, deletionRows, operatorRows, routeRows, rolloutRows,
		volumeRows, schedulingRows, namespaceRows, networkRows, runtimeRows, identityRows, daemonRows, agentRows, podTextRows, nodeRows,
	)
}

// kindRow is a row of a kind or of a field of a kind, with its parsed path.
type kindRow struct {
	Row
	path fields.Path
}

// index finds rows.
type index struct {
	// kinds has the rows of kinds, and groups those of complete groups, by group and kind.
	// ends has those of groups that begin with an asterisk.
	kinds  map[resid.Gvk][]kindRow
	groups map[string][]kindRow
	ends   []kindRow
	// fields has the rows of fields.
	fields fieldIndex
	// annotations has the rows of annotations by their key, and patterns those of keys with
	// an asterisk.
	annotations map[string][]Row
	patterns    []Row
	// labels has the rows of labels by their key.
	labels map[string][]Row
}

// known is the index of Rows.
var known = sync.OnceValue(func() *index { return newIndex(Rows()) })

func newIndex(rows []Row) *index {
	x := &index{kinds: map[resid.Gvk][]kindRow{}, groups: map[string][]kindRow{}, fields: newFieldIndex(), annotations: map[string][]Row{}, labels: map[string][]Row{}}
	for _, row := range rows {
		x.add(row)
	}
	return x
}

func (x *index) add(row Row) {
	switch {
	case row.Field != "":
		x.fields.add(row)
	case strings.Contains(row.Annotation, "*"):
		x.patterns = append(x.patterns, row)
	case row.Annotation != "":
		x.annotations[row.Annotation] = append(x.annotations[row.Annotation], row)
	case row.Label != "":
		x.labels[row.Label] = append(x.labels[row.Label], row)
	default:
		// The path of a kind is empty, and leads to the object. A path with an error, which
		// the tests find, would refuse all objects of the kind.
		path, _ := fields.ParsePath(row.Path)
		x.addKinds(kindRow{row, path})
	}
}

func (x *index) addKinds(row kindRow) {
	switch {
	case strings.HasPrefix(row.Group, "*."):
		x.ends = append(x.ends, row)
	case row.Kinds == nil:
		x.groups[row.Group] = append(x.groups[row.Group], row)
	}
	for _, kind := range row.Kinds {
		gvk := resid.Gvk{Group: row.Group, Kind: kind}
		x.kinds[gvk] = append(x.kinds[gvk], row)
	}
}

// ofKind returns the rows of a kind and its fields.
func (x *index) ofKind(gvk resid.Gvk) []kindRow {
	found := slices.Concat(x.kinds[resid.Gvk{Group: gvk.Group, Kind: gvk.Kind}], x.groups[gvk.Group])
	for _, row := range x.ends {
		if row.isOf(gvk) {
			found = append(found, row)
		}
	}
	return found
}

// ofAnnotation returns the rows of an annotation.
func (x *index) ofAnnotation(key string) []Row {
	found := slices.Clip(x.annotations[key])
	for _, row := range x.patterns {
		start, end, _ := strings.Cut(row.Annotation, "*")
		if len(key) >= len(start)+len(end) && strings.HasPrefix(key, start) && strings.HasSuffix(key, end) {
			found = append(found, row)
		}
	}
	return found
}

// ofLabel returns the rows of a label.
func (x *index) ofLabel(key string) []Row { return slices.Concat(x.labels[key], x.labels["*"]) }
