package closure_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/previewset/previewset/kustomize/closure"
	"github.com/previewset/previewset/kustomize/object"
)

// checkBound reads a base that is at a bound, or beyond it.
func checkBound(t *testing.T, name string, contents map[string]string, within bool) {
	t.Helper()
	_, err := closure.Read(files(contents), []string{"base"})
	var refused *object.RefusedError
	if errors.As(err, &refused) == within || (err == nil) != within {
		t.Errorf("%s: got %.300v, want it to be read: %t", name, err, within)
	}
}

// A base has at most 2000 files. The kustomization is one of them.
func TestFilesOfBaseAreBounded(t *testing.T) {
	t.Parallel()
	for n, within := range map[int]bool{1999: true, 2000: true, 2001: false} {
		contents := map[string]string{}
		var list strings.Builder
		for i := range n - 1 {
			name := fmt.Sprintf("f%d.yaml", i)
			contents["base/"+name] = ""
			list.WriteString("- " + name + "\n")
		}
		contents["base/kustomization.yaml"] = "resources:\n" + list.String()
		checkBound(t, fmt.Sprintf("%d files", n), contents, within)
	}
}

// A file has at most 1 MiB, and all files together have at most 32 MiB.
func TestBytesOfBaseAreBounded(t *testing.T) {
	t.Parallel()
	const mebibyte = 1 << 20
	for size, within := range map[int]bool{mebibyte - 1: true, mebibyte: true, mebibyte + 1: false} {
		checkBound(t, fmt.Sprintf("a file of %d bytes", size), map[string]string{
			"base/kustomization.yaml": "configMapGenerator: [{name: x, files: [f]}]\n", "base/f": strings.Repeat("x", size),
		}, within)
	}
	for total, within := range map[int]bool{32*mebibyte - 1: true, 32 * mebibyte: true, 32*mebibyte + 1: false} {
		contents := map[string]string{}
		var names []string
		for i := range 33 {
			names = append(names, fmt.Sprintf("f%02d", i))
		}
		contents["base/kustomization.yaml"] = "configMapGenerator: [{name: x, files: [" + strings.Join(names, ", ") + "]}]\n"
		rest := total - len(contents["base/kustomization.yaml"])
		for _, name := range names {
			size := min(rest, mebibyte)
			contents["base/"+name], rest = strings.Repeat("x", size), rest-size
		}
		checkBound(t, fmt.Sprintf("%d bytes in all", total), contents, within)
	}
}

// A kustomization is at most 20 references away.
func TestDepthOfBaseIsBounded(t *testing.T) {
	t.Parallel()
	for depth, within := range map[int]bool{1: true, 19: true, 20: true, 21: false} {
		contents := map[string]string{"base/kustomization.yaml": "resources: [../d1]\n"}
		for i := range depth {
			content := "resources: []\n"
			if i+1 < depth {
				content = fmt.Sprintf("resources: [../d%d]\n", i+2)
			}
			contents[fmt.Sprintf("d%d/kustomization.yaml", i+1)] = content
		}
		checkBound(t, fmt.Sprintf("%d references", depth), contents, within)
	}
}

// Kustomize makes at most 2000 objects of a base, also if it reads a directory several times.
func TestObjectsOfBaseAreBounded(t *testing.T) {
	t.Parallel()
	const objectText = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n---\n"
	for n, within := range map[int]bool{1999: true, 2000: false} { // and the kustomization
		checkBound(t, fmt.Sprintf("%d objects", n), map[string]string{
			"base/kustomization.yaml": "resources: [x.yaml]\n", "base/x.yaml": strings.Repeat(objectText, n),
		}, within)
		checkBound(t, fmt.Sprintf("%d generated objects", n), map[string]string{
			"base/kustomization.yaml": "configMapGenerator:\n" + strings.Repeat("- name: x\n", n),
		}, within)
		checkBound(t, fmt.Sprintf("%d items", n), map[string]string{
			"base/kustomization.yaml": "resources: [x.yaml]\n", "base/x.yaml": "kind: List\nitems:\n" + strings.Repeat("- {}\n", n-1),
		}, within)
	}
	checkBound(t, "a list of lists", map[string]string{
		"base/kustomization.yaml": "resources: [x.yaml]\n", "base/x.yaml": "kind: List\nitems:\n- {kind: List, items: [" + strings.Repeat("{}, ", 2000) + "]}\n",
	}, false)
	checkBound(t, "items of a schema", map[string]string{
		"base/kustomization.yaml": "resources: [x.yaml]\n", "base/x.yaml": "kind: Thing\nspec: {items: [" + strings.Repeat("{}, ", 2000) + "]}\n",
	}, true)
	for levels, within := range map[int]bool{9: true, 10: false} {
		contents := map[string]string{}
		for i := range levels {
			for _, side := range []string{"a", "b"} {
				references := "[]"
				if i+1 < levels {
					references = fmt.Sprintf("[../a%d, ../b%d]", i+1, i+1)
				}
				contents[fmt.Sprintf("%s%d/kustomization.yaml", side, i)] = "namePrefix: " + side + "\nresources: " + references + "\n"
			}
		}
		contents["base/kustomization.yaml"] = "resources: [../a0, ../b0]\n"
		checkBound(t, fmt.Sprintf("%d levels of two references", levels), contents, within)
	}
}

// Kustomize makes less than 64 MiB of a base: aliases, patches of all objects, JSON patches that
// copy and replacements that repeat their results could use all memory.
func TestGrowthOfBaseIsBounded(t *testing.T) {
	t.Parallel()
	const generated = "configMapGenerator: [{name: x, literals: [a=b]}]\n"
	aliased := func(n int) string {
		var b strings.Builder
		for range n {
			b.WriteString("---\nx0: &x0 [a,a,a,a,a,a,a,a]\n")
			for l := range 4 {
				fmt.Fprintf(&b, "x%d: &x%d [%s*x%d]\n", l+1, l+1, strings.Repeat(fmt.Sprintf("*x%d,", l), 7), l)
			}
		}
		return b.String()
	}
	replacement := func(source, target, options string) string {
		return "- {source: {kind: ConfigMap, fieldPath: " + source + "}, targets: [{select: {kind: ConfigMap}, fieldPaths: ['" + target + "'], options: {" + options + "}}]}\n"
	}
	const many = 40
	for _, tt := range []struct {
		name, kustomization, x string
		within                 bool
	}{
		{"few aliases", "resources: [x.yaml]\n", aliased(10), true},
		{"many aliases", "resources: [x.yaml]\n", aliased(100), false},
		{"aliases in a patch", generated + "patches:\n" + strings.Repeat("- {path: x.yaml}\n", 100), aliased(1), false},
		{"one long patch of few objects", "resources: [y.yaml]\npatches: [{path: x.yaml}]\n", "a: " + strings.Repeat("x", 500_000), true},
		{"copies", generated + "patches: [{target: {kind: ConfigMap}, patch: '[" + strings.Repeat(`{"op": "copy", "from": "/data", "path": "/data/k"},`, many) + "]'}]\n", "", false},
		{"a few copies", generated + "patches: [{target: {kind: ConfigMap}, patch: '[" + strings.Repeat(`{"op": "copy", "from": "/data", "path": "/data/k"},`, 3) + "]'}]\n", "", true},
		{"copies with escapes in a file", generated + "patches: [{target: {kind: ConfigMap}, path: x.yaml}]\n", strings.Repeat(`- {"\u006fp": "c\u006fpy", from: /data, path: /data/k}`+"\n", many), false},
		{"replacements", generated + "replacements:\n" + strings.Repeat(replacement("data.a", "data.b", "create: true"), many), "", true},
		{"replacements of a part", generated + "replacements:\n" + strings.Repeat(replacement("data.a", "data.b", "delimiter: x"), many), "", true},
		{"a field in itself", generated + "replacements:\n" + strings.Repeat(replacement("data", "data.b", "create: true"), many), "", false},
		{"a text in itself", generated + "replacements:\n" + strings.Repeat(replacement("data.a", "data.a", "delimiter: x"), many), "", false},
		{"a text in itself, at an open path", generated + "replacements:\n" + strings.Repeat(replacement("data.a", "data.*", "Delimiter: x"), many), "", false},
		{"two texts in each other", generated + "replacements:\n" + strings.Repeat(replacement("data.a", "data.b", "delimiter: x")+replacement("data.b", "data.a", "delimiter: x"), many), "", false},
		{"in a file", generated + "replacements: [{path: x.yaml}]\n", strings.Repeat(replacement("data", "data.b", "create: true"), many), false},
		{"in a plugin", generated + "transformers: [x.yaml]\n", "apiVersion: builtin\nkind: ReplacementTransformer\nmetadata: {name: x}\nreplacements:\n" + strings.Repeat(replacement("data", "data.b", "create: true"), many), false},
	} {
		checkBound(t, tt.name, map[string]string{
			"base/kustomization.yaml": tt.kustomization, "base/x.yaml": tt.x, "base/y.yaml": strings.Repeat("---\nkind: X\n", 20),
		}, tt.within)
	}
	objects := strings.Repeat("---\nkind: X\n", 200)
	checkBound(t, "a long patch of many objects", map[string]string{
		"base/kustomization.yaml": "resources: [y.yaml]\npatches: [{path: x.yaml}]\n", "base/x.yaml": "a: " + strings.Repeat("x", 500_000), "base/y.yaml": objects,
	}, false)
	checkBound(t, "a long patch of a component", map[string]string{
		"base/kustomization.yaml": "resources: [y.yaml]\ncomponents: [../c]\n", "base/y.yaml": objects,
		"c/kustomization.yaml": "kind: Component\npatches: [{path: x.yaml}]\n", "c/x.yaml": "a: " + strings.Repeat("x", 500_000),
	}, false)
}
