package fields_test

import (
	"strings"
	"testing"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/previewset/previewset/kustomize/fields"
	"github.com/previewset/previewset/test/fuzzing"
)

func TestPathsAreRefused(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", ".", ".a", "a.", "a..b", "[]", "[].a", "a[", "a]", "a[b", "a b", "a.b c", "[x*]", "a?[x*]", "a[x*]?", "/a", "a/b", "é", strings.Repeat("a.", 300) + "a",
	} {
		if _, err := fields.ParsePath(text); err == nil {
			t.Errorf("%q is accepted", text)
		}
	}
}

// TestPlaces has a document, a path, and the pointers and names of its fields.
func TestPlaces(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ document, path, want string }{
		{"{a: {b: x}}", "a.b", "/a/b a.b=x"},
		{"{a: [{b: x}, {name: n, b: y}]}", "a[].b", "/a/0/b a[0].b=x|/a/1/b a[n].b=y"},
		{"{a: {b.c/d: x}}", "a[b.c/d]", "/a/b.c~1d a[b.c/d]=x"},
		{"{a: {p.x: 1, p.y: '', q: z, p.: v}}", "a[p.*]", "/a/p.x a[p.x]=1|/a/p. a[p.]=v"},
		{"{a: {x: 1, y: [2]}}", "a[*]", "/a/x a.x=1|/a/y a.y="},
		{"{a: [{name: n, b: x}, {b: y}, z]}", "a[n].b", "/a/0/b a[n].b=x"},
		{"{a: [{name: n, b: x}, {b: y}, z]}", "a[1].b", "/a/1/b a[1].b=y"},
		{"{a: [{name: n, b: x}, {b: y}, z]}", "a[2]", "/a/2 a[2]=z"},
		{"{a: [{name: n, b: x}, {b: y}, z]}", "a[0]", ""},
		{"{a: [{name: n, b: x}]}", "a[n].c", ""},
		{"{a: {}}", "a.b", ""},
		{"{a: {}}", "a.b?", "/a/b a.b"},
		{"{a: {b: ''}}", "a.b?", "/a/b a.b"},
		{"{a: {b: null}}", "a.b?.c", "/a/b a.b"},
		{"{a: {b: []}}", "a.b?[]", "/a/b a.b"},
		{"{a: {b: ['']}}", "a.b?[]", "/a/b/0 a.b[0]="},
		{"{a: text}", "a.b?", ""},
		{"{a: text}", "a[].b?", ""},
		{"{x: &x {b: y}, a: *x}", "a.b", "/a/b a.b=y"},
	} {
		path, err := fields.ParsePath(tt.path)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, p := range path.Places(yaml.MustParse(tt.document).YNode()) {
			text := p.Pointer + " " + p.Name
			if p.Node != nil {
				text += "=" + p.Node.Value
			}
			got = append(got, text)
		}
		if text := strings.Join(got, "|"); text != tt.want {
			t.Errorf("%s in %s: got %q, want %q", tt.path, tt.document, text, tt.want)
		}
	}
}

func FuzzParsePath(f *testing.F) {
	for _, path := range []string{"a.b", "a[]", "a[b.c/d]", "a?.b", "a[x*]", "a[*].b[]", "[]", "a.b?[]"} {
		f.Add(path, "{a: {b: [c, {d: e}], x.y: z}}")
	}
	judged := fuzzing.Judged(f, 7)
	f.Fuzz(func(t *testing.T, text, document string) {
		path, err := fields.ParsePath(text)
		if err != nil {
			return
		}
		n, err := yaml.Parse(document)
		if err != nil {
			return
		}
		judged()
		for _, p := range path.Places(n.YNode()) {
			if !strings.HasPrefix(p.Pointer, "/") || p.Name == "" || p.Value("x") == nil {
				t.Errorf("%q in %q: got %+v", text, document, p)
			}
		}
	})
}

// The name of a place is a path that leads to it.
func TestNamesArePaths(t *testing.T) {
	t.Parallel()
	r := objects(t, "apiVersion: acme.dev/v1\nkind: Thing\nmetadata: {name: x, annotations: {acme.dev/a: b}}\n"+
		"spec: {':authority': {exact: a}, 'a b': c, list: [{name: web, value: d}, {value: e}, f], under_score: g, $ref: h}\n")[0]
	fields.Texts(r.YNode(), func(p fields.Place) bool {
		path, err := fields.ParsePath(p.Name)
		if err != nil {
			t.Errorf("%s: %v", p.Name, err)
			return true
		}
		if found := path.Places(r.YNode()); len(found) != 1 || found[0].Pointer != p.Pointer {
			t.Errorf("%s leads to %v, want %s", p.Name, found, p.Pointer)
		}
		return true
	})
}
