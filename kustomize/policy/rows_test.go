package policy_test

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/kustomize/api/resource"

	"github.com/previewset/previewset/kustomize/closure"
	"github.com/previewset/previewset/kustomize/fields"
	"github.com/previewset/previewset/kustomize/object"
	"github.com/previewset/previewset/kustomize/policy"
)

var update = flag.Bool("update", false, "write the golden files and docs/policy.md")

// rowScope is the scope of the objects in testdata.
func rowScope(t *testing.T) policy.Scope {
	t.Helper()
	table, err := fields.NewTable(nil)
	if err != nil {
		t.Fatal(err)
	}
	return policy.Scope{Own: "preview", Admin: "admin", Account: "previewset-db", Hosts: []string{"pr-1.preview.example.com"}, Table: table}
}

// objectsIn returns the objects of the files that match a pattern, by file. Objects without
// a namespace are in the preview's.
func objectsIn(t *testing.T, pattern string) map[string][]closure.Object {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: no files, %v", pattern, err)
	}
	all := map[string][]closure.Object{}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all[file] = parse(t, string(content))
		for _, r := range closure.Resources(all[file]) {
			if r.GetNamespace() == "" && r.GetKind() != "Namespace" {
				if err := r.SetNamespace("preview"); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	return all
}

// TestRowsRefuse writes why the policy refuses each object in testdata/refused. Each row must
// refuse an object there.
func TestRowsRefuse(t *testing.T) {
	t.Parallel()
	in := rowScope(t)
	files := objectsIn(t, "testdata/refused/*.yaml")
	for file, objects := range files {
		var got strings.Builder
		for _, o := range objects {
			r := o.Resource()
			in.Kinds = unknownIn(t, []closure.Object{o})
			fmt.Fprintf(&got, "%s %s\n", r.GetApiVersion(), object.Describe(r))
			found := refusals(t, policy.Check([]closure.Object{o}, in, inFile(file)))
			if len(found) == 0 {
				t.Errorf("%s: %s is accepted", file, object.Describe(r))
			}
			for _, refused := range found {
				fmt.Fprintf(&got, "  %s\n    %s\n", refused.Reason, refused.Fix)
			}
		}
		compare(t, strings.TrimSuffix(file, ".yaml")+".golden", got.String())
	}
	for _, row := range policy.Rows() {
		if !has(files, func(r *resource.Resource) bool { return policy.Refuses(row, r, in) }) {
			t.Errorf("no object in testdata/refused has %s", describe(row))
		}
	}
}

// TestRowsAccept checks that the policy accepts each object in testdata/accepted. For each row
// with exceptions, an object must have a value that is one.
func TestRowsAccept(t *testing.T) {
	t.Parallel()
	in := rowScope(t)
	files := objectsIn(t, "testdata/accepted/*.yaml")
	for file, objects := range files {
		in.Kinds = unknownIn(t, objects)
		if err := policy.Check(objects, in, inFile(file)); err != nil {
			t.Error(err)
		}
	}
	for _, row := range policy.Rows() {
		if policy.HasExceptions(row) && !isRefusedKind(row) && !has(files, func(r *resource.Resource) bool { return policy.Reaches(row, r, in) }) {
			t.Errorf("no object in testdata/accepted has an exception of %s", describe(row))
		}
	}
}

// isRefusedKind reports whether another row refuses all objects of the kinds of row.
func isRefusedKind(row policy.Row) bool {
	return row.Path != "" && slices.ContainsFunc(policy.Rows(), func(other policy.Row) bool {
		return !other.Admin && other.Path == "" && other.Field == "" && other.Group == row.Group && len(other.Kinds) > 0 &&
			!slices.ContainsFunc(row.Kinds, func(kind string) bool { return !slices.Contains(other.Kinds, kind) })
	})
}

// TestRowsAreComplete checks the texts of rows.
func TestRowsAreComplete(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, row := range policy.Rows() {
		name := describe(row)
		if seen[name] {
			t.Errorf("%s is there twice", name)
		}
		seen[name] = true
		if err := complete(row); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func complete(row policy.Row) error {
	_, err := fields.ParsePath(row.Path)
	isKind := row.Path == "" && row.Field == "" && row.Annotation == "" && row.Label == ""
	switch {
	case row.Path != "" && err != nil:
		return err
	case !slices.Contains(policy.Allowable(), row.Word):
		return fmt.Errorf("%q is no word", row.Word)
	case row.Why == "" || row.Source == "":
		return errors.New("it has no reason or no source")
	case isKind && (row.Fix == "" || policy.HasExceptions(row)):
		return errors.New("a kind has no remedy, or has exceptions")
	case policy.HasExceptions(row) != (row.Except.Text != ""):
		return errors.New("its exceptions are not described")
	case row.Path != "" && row.Kinds == nil:
		return errors.New("a path needs kinds")
	case row.Value != "" && (row.Field == "" || policy.HasExceptions(row)):
		return errors.New("a value has no field, or has exceptions")
	}
	return nil
}

func describe(row policy.Row) string {
	return fmt.Sprintf("%s: %s %v %s|%s|%s|%s %s", row.Word, row.Group, row.Kinds, row.Path, row.Field, row.Annotation, row.Label, row.Value)
}

func has(files map[string][]closure.Object, good func(*resource.Resource) bool) bool {
	for _, objects := range files {
		if slices.ContainsFunc(closure.Resources(objects), good) {
			return true
		}
	}
	return false
}

// compare compares got with a golden file.
func compare(t *testing.T, golden, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil || got != string(want) {
		t.Errorf("%s differs: use -update. Got\n%s", golden, got)
	}
}
