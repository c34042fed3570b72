package template_test

import (
	"strings"
	"testing"

	"sigs.k8s.io/kustomize/api/provider"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/previewset/previewset/kustomize/closure"
	"github.com/previewset/previewset/kustomize/object"
	"github.com/previewset/previewset/kustomize/template"
)

func TestFiles(t *testing.T) {
	content, err := yaml.Marshal(map[string]any{
		"plain": template.Placeholder(0), "quoted": object.Quoted(template.Placeholder(1)), "twice": "https://" + template.Placeholder(0) + "/",
	})
	if err != nil {
		t.Fatal(err)
	}
	files := template.NewFiles(map[string][]byte{"a.yaml": content})
	for _, test := range []struct{ plain, quoted, want string }{
		{"x", "y", "plain: x\nquoted: \"y\"\ntwice: https://x/\n"},
		{"x", "a\n\"b\" é", "plain: x\nquoted: \"a\\n\\\"b\\\" é\"\ntwice: https://x/\n"},
	} {
		filled, err := files.Fill([]string{test.plain, test.quoted})
		if err != nil || string(filled["a.yaml"]) != test.want {
			t.Errorf("got %q, %v\nwant %q", filled["a.yaml"], err, test.want)
		}
	}
	if _, err := files.Fill([]string{"x", strings.Repeat("y", 2*object.MaxFileBytes)}); err == nil {
		t.Error("got no error for a file that is too large")
	}
}

// parsed returns the objects of a YAML file.
func parsed(t *testing.T, text string) []closure.Object {
	t.Helper()
	objects, err := provider.NewDefaultDepProvider().GetResourceFactory().SliceFromBytes([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return closure.View(objects)
}

func TestObjects(t *testing.T) {
	const text = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: NAME\n  labels: {id: ID, fixed: x}\ndata: {url: https://ID.example}\n" +
		"---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: other\n  labels: {id: ID, fixed: x}\n"
	with := func(name, id string) string { return strings.NewReplacer("NAME", name, "ID", id).Replace(text) }
	objects, ok := template.NewObjects(parsed(t, with(template.Placeholder(0), template.Placeholder(1))))
	if !ok {
		t.Fatal("got no template")
	}
	for _, values := range [][]string{{"a", "pr-1"}, {"b", "pr-2"}, {"a", "pr-1"}} {
		want := parsed(t, with(values[0], values[1]))
		for i, got := range objects.Fill(values) {
			if !got.Equal(want[i]) {
				t.Errorf("filled with %v: got\n%s\nwant\n%s", values, got.Resource().MustYaml(), want[i].Resource().MustYaml())
			}
		}
	}
}

// TestObjectsWithoutTemplate uses objects whose order or verdict could depend on a value.
func TestObjectsWithoutTemplate(t *testing.T) {
	for _, text := range []string{
		"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {KEY: x}\n",
		"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\nlist: [[{x-KEY: x}]]\n",
		"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {x: !mine KEY}\n",
	} {
		if _, ok := template.NewObjects(parsed(t, strings.ReplaceAll(text, "KEY", template.Placeholder(0)))); ok {
			t.Errorf("got a template for\n%s", text)
		}
	}
}
