package fields_test

import (
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/kustomize/api/resource"

	"github.com/previewset/previewset/kustomize/fields"
	"github.com/previewset/previewset/kustomize/object"
)

// TestContainerRows compares the places of the table with those that the test data marks:
// each container has an image or a name that begins with "yes", other mappings have
// none.
func TestContainerRows(t *testing.T) {
	t.Parallel()
	testRows(t, "testdata/containers.yaml", fields.Containers, func(p fields.Place) bool {
		return strings.HasPrefix(object.String(object.Child(p.Node, "image")), "yes") ||
			strings.HasPrefix(object.String(object.Child(p.Node, "containerName")), "yes")
	})
}

func TestImageRows(t *testing.T) {
	t.Parallel()
	testRows(t, "testdata/images.yaml", fields.Image, func(p fields.Place) bool {
		return strings.HasPrefix(object.String(p.Node), "yes")
	})
}

// testRows fails unless the rows of the table find exactly the marked places in the objects
// of file, and each row finds one.
func testRows(t *testing.T, file string, is fields.Is, marked func(fields.Place) bool) {
	t.Helper()
	known := table(t)
	used := map[string]bool{}
	for _, r := range objects(t, read(t, file)) {
		found := 0
		for _, row := range known.Rows(r.GetGvk(), is) {
			for _, place := range row.Places(r.YNode()) {
				found++
				used[nameOf(row, r)] = true
				if !marked(place) {
					t.Errorf("%s: the row finds %s, which is not marked", nameOf(row, r), place.Name)
				}
			}
		}
		text := r.MustYaml()
		if want := strings.Count(text, "image: yes") + strings.Count(text, "containerName: yes") + strings.Count(text, "- yes") +
			strings.Count(text, "reference: yes") + strings.Count(text, "imageName: yes") + strings.Count(text, "dockerImage: yes"); found != want {
			t.Errorf("%s %s: the rows find %d places, want %d", r.GetApiVersion(), object.Describe(r), found, want)
		}
	}
	for _, row := range fields.Known() {
		if row.Is != is {
			continue
		}
		for _, kind := range kindsOf(row) {
			if name := row.Group + " " + kind + " " + row.Path; !used[name] {
				t.Errorf("no object of %s has %s", file, name)
			}
		}
	}
}

func kindsOf(row fields.Row) []string {
	if row.Group == fields.AnyGroup {
		return []string{"any"}
	}
	return row.Kinds
}

func nameOf(row fields.Row, r *resource.Resource) string {
	kind := r.GetKind()
	if !slices.Contains(row.Kinds, kind) {
		kind = "any"
	}
	return row.Group + " " + kind + " " + row.Path
}
