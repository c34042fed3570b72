package fields_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/kustomize/api/provider"
	"sigs.k8s.io/kustomize/api/resource"

	"github.com/previewset/previewset/kustomize/fields"
	"github.com/previewset/previewset/kustomize/object"
)

var update = flag.Bool("update", false, "write the golden files")

// objects returns the objects of a YAML document.
func objects(t *testing.T, text string) []*resource.Resource {
	t.Helper()
	all, err := provider.NewDefaultDepProvider().GetResourceFactory().SliceFromBytes([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func table(t *testing.T) *fields.Table {
	t.Helper()
	known, err := fields.NewTable(nil)
	if err != nil {
		t.Fatal(err)
	}
	return known
}

// read returns the content of a file.
func read(t *testing.T, file string) string {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// TestHostsOfKinds writes, for an object of each kind, its fields and their hosts. Each
// row of the table must find a field with a host.
func TestHostsOfKinds(t *testing.T) {
	t.Parallel()
	known := table(t)
	found := map[string]bool{}
	var got strings.Builder
	for _, r := range objects(t, read(t, "testdata/hosts.yaml")) {
		fmt.Fprintf(&got, "%s %s\n", r.GetApiVersion(), object.Describe(r))
		for _, row := range known.Rows(r.GetGvk(), fields.Host, fields.HostReference, fields.OtherHost) {
			for _, place := range row.Places(r.YNode()) {
				hosts := hostsOf(row, place)
				found[rowID(row)] = found[rowID(row)] || len(hosts) > 0
				fmt.Fprintf(&got, "  %s %s: %s\n", row.Is, place.Name, strings.Join(hosts, " "))
			}
		}
	}
	for _, row := range fields.Known() {
		if isOfHosts(row) && !found[rowID(row)] {
			t.Errorf("%s %v %s %s: no object has it", row.Group, row.Kinds, row.Path, row.Is)
		}
	}
	const golden = "testdata/hosts.golden"
	if *update {
		if err := os.WriteFile(golden, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if want := read(t, golden); got.String() != want {
		t.Errorf("got\n%s\nwant\n%s", got.String(), want)
	}
}

func isOfHosts(row fields.Row) bool {
	return slices.Contains([]fields.Is{fields.Host, fields.HostReference, fields.OtherHost}, row.Is)
}

func rowID(row fields.Row) string {
	return fmt.Sprint(row.Group, row.Kinds, row.Path, row.Is, row.If)
}

// hostsOf returns the hosts of a place, and what it selects if that is more.
func hostsOf(row fields.Row, place fields.Place) []string {
	if place.Node == nil {
		return []string{"(missing)"}
	}
	var all []string
	for _, host := range row.Form.Hosts(object.String(place.Node)) {
		all = append(all, host.Host)
	}
	switch row.Form.Extent(object.String(place.Node)) {
	case fields.Everything:
		return append(all, "(and every host)")
	case fields.Patterned:
		return append(all, "(pattern)")
	case fields.Limited, fields.Unknown:
	}
	return all
}

// TestRowsOfEachFieldAreOne fails if two rows have the same field of an object, except if
// one of them is only checked.
func TestRowsOfEachFieldAreOne(t *testing.T) {
	t.Parallel()
	known := table(t)
	for _, r := range objects(t, read(t, "testdata/hosts.yaml")) {
		seen := map[string]bool{}
		for _, row := range known.Rows(r.GetGvk(), fields.Host, fields.HostReference) {
			for _, place := range row.Places(r.YNode()) {
				if seen[place.Pointer] {
					t.Errorf("%s: two rows for %s", object.Describe(r), place.Name)
				}
				seen[place.Pointer] = true
			}
		}
	}
}
