package closure_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	kubernetes "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/kustomize/kyaml/yaml"
	sigs "sigs.k8s.io/yaml"

	"github.com/previewset/previewset/kustomize/closure"
	"github.com/previewset/previewset/test/fuzzing"
)

// thing returns an object with the fields in text, which is YAML.
func thing(text string) string {
	return "apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: x}\n" + text + "\n"
}

// oddities returns YAML that Kustomize, YAML 1.1, YAML 1.2 and JSON read differently, or that
// looks like the boundary of a document.
func oddities() []string {
	var all []string
	for _, value := range []string{
		"!!binary aGVsbG8=", "!!int \"0x50\"", "!!str 1", "!!float 1", "!!float \"1e3\"", "!!bool \"true\"", "!!null ''", "!!timestamp 2001-12-14", "!!set {a, b}", "!!omap [a: 1, b: 2]", "!!null x", "!!bool no", "!!bool x", "!!int x", "!!float x", "!!merge x", "!!timestamp x", "!!map x", "!!seq x", "!!str", "!!str {a: b}", "!!str null", "!mine x", "!<tag:yaml.org,2002:int> 7", "! x",
		"yes", "no", "on", "off", "Y", "n", "True", "TRUE", "~", "null", "Null", "NULL", "", "''",
		"0o17", "017", "0x1F", "0b11", "1_000", "1__0", "0_", "-0", "+1", "1e3", "1E3", "1.0", "1.", ".5", "1e400", "-1e400", ".inf", "-.INF", ".nan", "12:30", "1:30:00.5", "190:20:30",
		"9007199254740993", "9223372036854775807", "9223372036854775808", "18446744073709551615", "18446744073709551616", "-9223372036854775809", "1" + strings.Repeat("0", 400),
		"2001-12-14", "2001-12-14t21:59:43.10-05:00", "2001-12-14 21:59:43.10 -5", "'2001-12-14'",
		"=", "<<", "'<<'", "\"a\\n---\\nb\"", "\"\\n---\\n\"", "\"---\"", "\"--- \\n...\\n\"", "\"\\r\\n---\\r\\n\"", "\"a\\r---\\rb\"", "\"a\\x85---\\x85b\"", "\"a\\u2028---\\u2029b\"", "\"\\ufeff\"", "\"\\ufeff---\"",
		"\"\\ud83d\\ude00\"", "\"\\ud800\"", "\"\\U0001F600\"", "\"\\x7f\"", "\"\\0\"", "\"\\e\"", "\"\\t\"", "\"a\\tb\\n \\tc\"", "\" x \"", "\"x \\n\\n\"", "\"\\n\\n x\"", "\"# a\"", "'- a'", "'{a'", "'%YAML 1.1'", "'@a'", "'`a'", "\"a: b\"", "'&a'", "'*a'", "'!a'", "'|'", "'>'",
		"\"" + strings.Repeat("long text --- ", 20) + "\"", "\"" + strings.Repeat("x", 200) + " ---\\n...\"",
		"[[[[]]], {}, [{}], [null]]", strings.Repeat("[", 60) + strings.Repeat("]", 60), strings.Repeat("{a: ", 60) + "1" + strings.Repeat("}", 60),
		"{1: x}", "{true: x}", "{null: x}", "{~: x}", "{1.5: x}", "{2001-12-14: x}", "{yes: x, no: y}", "{0x10: a, 16: b}", "{? {a: b} : c}", "{? [a] : c}", "{'': x}", "{\"a\\n---\\nb\": x}", "{\"\\ufeffa\": x}", "{\"a\\x85---\": x}",
		"{a: 1, a: 2}", "{'a': 1, \"a\": 2}", "{a: 1, A: 2}", "{<<: {a: 1}, b: 2}", "{<<: [{a: 1}, {a: 2, b: 3}], a: 4}", "{\"<<\": {a: 1}}", "{a: &a {x: 1}, b: *a, c: {<<: *a, y: 2}}", "[&a x, *a, *a]", "{a: &a [1, 2], b: *a}",
		"\n  - a\n  # --- comment\n  - b\n", " |\n  text\n  ---\n  more\n", " |+\n  text\n\n\n", " >-\n  folded\n  text\n\n  ---\n", " |2\n    indented\n  text\n",
	} {
		all = append(all, thing("spec: "+value))
	}
	key := "? " + strings.Repeat("k", 200) + "\n: x"
	return append(all,
		thing(key), thing("\"spec\\n---\\nkind: Secret\": x"), thing("1: x"), thing("true: x"), thing("yes: x"), thing("\"\\n---\": x"), thing("\"---\": x"), thing("'...': x"), thing("\"--- x\": x"), thing("'%YAML': x"), thing("\"\\ufeff\": x"), thing("'{': x"), thing("Kind: Secret\nKIND: Secret"), thing("kind: Secret"), thing("<<: {kind: Secret}"), thing("<<: {other: x}"), thing("\"<<\": {kind: Secret}"), thing("\"kind\\u0000\": x"), thing("\"kin\\u0064\": Secret"),
		"kind: Thing\napiVersion: v1\nmetadata:\n  name: 123\n", "kind: Thing\napiVersion: v1\nmetadata:\n  name: 2001-12-14\n", "kind: Thing\napiVersion: v1\nmetadata:\n  name: yes\n", "kind: yes\napiVersion: v1\nmetadata:\n  name: x\n", "kind: Thing\napiVersion: 1\nmetadata:\n  name: x\n", "kind: 1e3\napiVersion: v1\nmetadata:\n  name: x\n",
		"kind: !!str Secret\napiVersion: v1\nmetadata:\n  name: x\n", "kind: !!binary U2VjcmV0\napiVersion: v1\nmetadata:\n  name: x\n", "kind: &k Secret\napiVersion: v1\nmetadata: {name: x, labels: {k: *k}}\n", "kind: |\n  Secret\napiVersion: v1\nmetadata: {name: x}\n", "kind: \"Secret \"\napiVersion: v1\nmetadata: {name: x}\n",
		"{\"apiVersion\": \"v1\", \"kind\": \"Thing\", \"metadata\": {\"name\": \"x\"}, \"spec\": {\"a\": \"\\u003c\\u2028\"}}\n",
		"%YAML 1.1\n---\n"+thing("spec: yes"), "\ufeff"+thing("spec: x"), strings.ReplaceAll(thing("spec: |\n  a\n  b"), "\n", "\r\n"), "---\n---\n# only a comment\n---\n"+thing("spec: x")+"---\n...\n", thing("spec: x")+"--- # comment\n"+strings.Replace(thing("spec: y"), "name: x", "name: y", 1), thing("spec: x")+"---\nnull\n---\n{}\n", thing("spec: x")+"...\n"+strings.Replace(thing("spec: y"), "name: x", "name: y", 1),
		thing("spec: \"a\u0085---\u0085b\""), thing("spec: \"a\u2028---\u2029b\""), thing("spec: a\u0085---\u0085kind"), thing("spec: 'a\u2028---'"), thing("spec:\u00a0x"), thing("items: [{apiVersion: v1, kind: Secret, metadata: {name: y}}]"),
		"apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Thing\n  metadata: {name: x}\n  spec: 0x10\n",
	)
}

// kustomizations are kustomizations with which objects are printed as they are, and as
// Kustomize changes them.
func kustomizations() []string {
	return []string{
		"resources: [x.yaml]\n",
		"resources: [x.yaml]\nnamespace: other\nlabels: [{pairs: {b: c}}]\ncommonAnnotations: {d: 'e'}\npatches: [{target: {kind: Thing}, patch: '[{\"op\": \"add\", \"path\": \"/added\", \"value\": 1e3}]'}]\n",
	}
}

// buildOf builds the file x.yaml with a kustomization, or returns false.
func buildOf(kustomization, text string) (resmap.ResMap, bool) {
	c, err := closure.Read(files(map[string]string{"base/kustomization.yaml": kustomization, "base/x.yaml": text}), []string{"base"})
	if err != nil {
		return nil, false
	}
	m, err := c.Build("base", nil)
	return m, err == nil
}

// printed returns what `kustomize build` prints for x.yaml with a kustomization.
func printed(t *testing.T, kustomization, text string) ([]byte, error) {
	t.Helper()
	disk := filesys.MakeFsInMemory()
	for name, content := range map[string]string{"base/kustomization.yaml": kustomization, "base/x.yaml": text} {
		if err := disk.WriteFile(name, []byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	options := krusty.MakeDefaultOptions()
	options.Reorder = krusty.ReorderOptionLegacy
	m, err := krusty.MakeKustomizer(options).Run(disk, "base")
	if err != nil {
		t.Fatal(err)
	}
	return m.AsYaml()
}

// applied returns the objects that Argo CD reads in manifests, like SplitYAML in
// gitops-engine/pkg/utils/kube.
func applied(t *testing.T, manifests []byte) []map[string]any {
	t.Helper()
	const buffer = 4096
	decoder := kubernetes.NewYAMLOrJSONDecoder(bytes.NewReader(manifests), buffer)
	var all []map[string]any
	for {
		var ext runtime.RawExtension
		if err := decoder.Decode(&ext); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatalf("Argo CD can't read the output: %v\n%s", err, manifests)
		}
		if raw := bytes.TrimSpace(ext.Raw); len(raw) == 0 || bytes.Equal(raw, []byte("null")) {
			t.Fatalf("the output has an empty document:\n%s", manifests)
		}
		var u unstructured.Unstructured
		if err := sigs.Unmarshal(ext.Raw, &u); err != nil {
			t.Fatalf("Argo CD can't read an object: %v\n%s", err, ext.Raw)
		}
		all = append(all, u.Object)
	}
}

// valueOf returns a node as a Go value, by its tag alone.
func valueOf(t *testing.T, n *yaml.Node) any {
	t.Helper()
	if n.Anchor != "" || n.Alias != nil || n.HeadComment+n.LineComment+n.FootComment != "" {
		t.Fatalf("got a node with an anchor, an alias or a comment: %+v", n)
	}
	switch n.Tag {
	case "!!map":
		m := map[string]any{}
		for i := 0; i < len(n.Content); i += 2 {
			if key := n.Content[i]; key.Tag != "!!str" || m[key.Value] != nil {
				t.Fatalf("got the key %+v", key)
			}
			m[n.Content[i].Value] = valueOf(t, n.Content[i+1])
		}
		return m
	case "!!seq":
		list := []any{}
		for _, item := range n.Content {
			list = append(list, valueOf(t, item))
		}
		return list
	case "!!str":
		return n.Value
	case "!!bool":
		return n.Value == "true"
	case "!!null":
		return nil
	case "!!int", "!!float":
		if whole, err := strconv.ParseInt(n.Value, 10, 64); err == nil && n.Tag == "!!int" {
			return whole
		}
		number, err := strconv.ParseFloat(n.Value, 64)
		if err != nil {
			t.Fatal(err)
		}
		return number
	}
	t.Fatalf("got the tag %s", n.Tag)
	return nil
}

// compareView compares the view of a build with what a cluster gets of it. It reports whether
// an object could be compared.
func compareView(t *testing.T, kustomization, text string) (compared bool) {
	t.Helper()
	m, ok := buildOf(kustomization, text)
	if !ok {
		return false
	}
	objects := closure.View(m.Resources())
	manifests, err := printed(t, kustomization, text)
	if err != nil {
		for _, o := range objects {
			if o.Problem().Reason != "" {
				return false
			}
		}
		t.Fatalf("Kustomize can't print an object (%v), and no object has a problem", err)
	}
	var unread int
	for _, o := range objects {
		if p := o.Problem(); p.Reason != "" {
			unread++
			if p.Fix == "" || strings.Contains(p.Reason, "\n") {
				t.Errorf("got the problem %q without a remedy or on several lines", p)
			}
		}
	}
	if unread > 0 {
		return false
	}
	want := applied(t, manifests)
	if len(objects) != len(want) {
		t.Fatalf("the policy sees %d objects, and the cluster gets %d:\n%s", len(objects), len(want), manifests)
	}
	for i, o := range objects {
		got := o.Resource()
		if value := valueOf(t, got.YNode()); !reflect.DeepEqual(value, any(want[i])) {
			t.Errorf("the policy sees\n%s\nand the cluster gets\n%s", asJSON(t, value), asJSON(t, want[i]))
		}
		u := unstructured.Unstructured{Object: want[i]}
		if got.GetApiVersion() != u.GetAPIVersion() || got.GetKind() != u.GetKind() || got.GetName() != u.GetName() || got.GetNamespace() != u.GetNamespace() {
			t.Errorf("the policy sees %s, and the cluster gets %s %s %s", got.CurId(), u.GroupVersionKind(), u.GetNamespace(), u.GetName())
		}
	}
	return len(objects) > 0
}

func asJSON(t *testing.T, value any) []byte {
	t.Helper()
	out, err := json.MarshalIndent(value, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestProblemsOfObjects uses objects that Kustomize builds, and that a cluster would not get,
// or would get with another identity.
func TestProblemsOfObjects(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, text, reason, fix string }{
		{"kind in base64", "apiVersion: v1\nkind: !!binary U2VjcmV0\nmetadata: {name: x}\n", "it has the YAML tag !!binary, which can change the value of a text", "write the value without a tag"},
		{"kind twice", thing("kind: Secret"), "it can't be printed, because the key \"kind\" is written twice", "remove one of them"},
		{"control character", thing(`spec: "\x7f"`), "it can't be printed, because a text has a control character", "remove it"},
		{"not a number", thing("spec: .nan"), "it can't be printed, because a number is NaN, which a cluster can't read", "write another value"},
		{"key of a number", thing("spec: {1: x}"), "it can't be printed, because a key is not a text", "write it in quotes"},
		{"name of a number", strings.Replace(thing(""), "name: x", "name: 123", 1), "its metadata.name is not a text", "write it in quotes"},
		{"name of a date", strings.Replace(thing(""), "name: x", "name: 2001-12-14", 1), "its metadata.name is 2001-12-14, which Kustomize prints as 2001-12-14T00:00:00Z", "write it in quotes"},
		{"namespace of a date", strings.Replace(thing(""), "name: x", "name: x, namespace: 2001-12-14", 1), "its metadata.namespace is 2001-12-14, which Kustomize prints as 2001-12-14T00:00:00Z", "write it in quotes"},
		{"kind of a number", strings.Replace(thing(""), "Thing", "1e3", 1), "its kind is not a text", "write it in quotes"},
		{"version of a number", strings.Replace(thing(""), "example.com/v1", "1", 1), "its apiVersion is not a text", "write it in quotes"},
	} {
		m, ok := buildOf(kustomizations()[0], tt.text)
		if !ok {
			t.Errorf("%s: got no build", tt.name)
			continue
		}
		o := closure.View(m.Resources())[0]
		if got := o.Problem(); got.Reason != tt.reason || got.Fix != tt.fix || o.Resource() != m.Resources()[0] {
			t.Errorf("%s: got %q of %s, want %q: %q", tt.name, got, o.Resource().CurId(), tt.reason, tt.fix)
		}
		if o.Equal(closure.View(m.Resources())[0]) {
			t.Errorf("%s: two objects that can't be read are equal", tt.name)
		}
	}
}

// FuzzView compares what the policy sees of each object with what a cluster gets of it.
func FuzzView(f *testing.F) {
	for _, text := range oddities() {
		for i := range kustomizations() {
			f.Add(text, i == 0)
		}
	}
	judged := fuzzing.Judged(f, 250)
	f.Fuzz(func(t *testing.T, text string, unchanged bool) {
		kustomization := kustomizations()[0]
		if !unchanged {
			kustomization = kustomizations()[1]
		}
		if compareView(t, kustomization, text) {
			judged()
		}
	})
}
