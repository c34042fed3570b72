package closure_test

import (
	"errors"
	"io/fs"
	"maps"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/previewset/previewset/kustomize/closure"
	"github.com/previewset/previewset/kustomize/object"
)

const oneConfigMap = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: plain}\n"

// files returns a tree with these files.
func files(contents map[string]string) fs.FS {
	m := fstest.MapFS{}
	for path, content := range contents {
		m[path] = &fstest.MapFile{Data: []byte(content)}
	}
	return m
}

// readError returns the error of Read for a base that Read must refuse.
func readError(t *testing.T, contents map[string]string) error {
	t.Helper()
	all := map[string]string{"base/plain.yaml": oneConfigMap}
	maps.Copy(all, contents)
	_, err := closure.Read(files(all), []string{"base"})
	if err == nil {
		t.Fatal("got no error")
	}
	if text := err.Error(); strings.Contains(text, "'/") || strings.Count(text, "\n") > 1 {
		t.Errorf("got the error %q, want one readable line", text)
	}
	return err
}

func TestReferencesAreRefused(t *testing.T) {
	function := "apiVersion: fn.example/v1\nkind: Fn\nmetadata:\n  name: fn\n  annotations:\n    config.kubernetes.io/function: |\n      container: {image: evil}\n"
	tests := []struct {
		name          string
		kustomization string
		more          map[string]string
		want          string // a part of the message
	}{
		{"https", "resources: [https://example.com/x.yaml]", nil, `"https://example.com/x.yaml" is not a file of this repository`},
		{"https with such a directory", "resources: ['https://example.com/x.yaml']", map[string]string{"base/https:/example.com/x.yaml": oneConfigMap}, "is not a file of this repository"},
		{"upper case", "resources: ['HTTPS://example.com/x.yaml']", nil, "is not a file of this repository"},
		{"one slash", "resources: ['http:/example.com/x.yaml']", nil, "is not a file of this repository"},
		{"scp", "resources: ['git@github.com:acme/shop']", nil, "is not a file of this repository"},
		{"user without colon", "resources: ['git@example.com/acme/shop']", nil, "is not a file of this repository"},
		{"git::", "resources: ['git::https://example.com/acme/shop']", nil, "is not a file of this repository"},
		{"github", "resources: [github.com/acme/shop]", nil, "is not a file of this repository"},
		{"GitHub", "resources: [GitHub.com/acme/shop]", nil, "is not a file of this repository"},
		{"ref", "resources: ['acme/shop?ref=main']", nil, "is not a file of this repository"},
		{"file", "bases: ['file:///etc']", nil, "is not a file of this repository"},
		{"ssh component", "components: ['ssh://git@example.com/x']", nil, "components: "},
		{"field in other case", "Resources: ['https://example.com/x.yaml']", nil, "is not a file of this repository"},
		{"patch", "resources: [plain.yaml]\npatches: [{path: 'https://example.com/p.yaml'}]", nil, "patches: "},
		{"patchesStrategicMerge", "resources: [plain.yaml]\npatchesStrategicMerge: ['https://example.com/p.yaml']", nil, "patchesStrategicMerge: "},
		{"address that is YAML", "resources: [plain.yaml]\npatchesStrategicMerge: ['https://example.com/a: b']", nil, "patchesStrategicMerge: "},
		{"patchesJson6902", "resources: [plain.yaml]\npatchesJson6902: [{path: 'https://example.com/p.yaml', target: {version: v1, kind: ConfigMap, name: plain}}]", nil, "patchesJson6902: "},
		{"generator file", "configMapGenerator: [{name: x, files: ['a=https://example.com/p']}]", nil, "configMapGenerator.files: "},
		{"generator envs", "configMapGenerator: [{name: x, envs: ['https://example.com/p']}]", nil, "configMapGenerator.envs: "},
		{"generator env", "secretGenerator: [{name: x, env: 'https://example.com/p'}]", nil, "secretGenerator.env: "},
		{"crds", "crds: ['https://example.com/p']", nil, "crds: "},
		{"configurations", "configurations: ['https://example.com/p']", nil, "configurations: "},
		{"replacements", "replacements: [{path: 'https://example.com/p'}]", nil, "replacements: "},
		{"transformers", "transformers: ['https://example.com/p']", nil, "transformers: "},
		{"transformers, two lines", "transformers: [\"git@example.com:x/y\\nz\"]", nil, "transformers: "},
		{"outside", "resources: [../../etc/passwd]", nil, `"../../etc/passwd" leaves the repository`},
		{"absolute", "resources: [/etc/passwd]", nil, `"/etc/passwd" leaves the repository`},
		{"outside, component", "components: [../../c]", nil, `"../../c" leaves the repository`},
		{"outside, generator", "configMapGenerator: [{name: x, files: ['a=../../etc/passwd']}]", nil, `"../../etc/passwd" leaves the repository`},
		{"outside, patch", "resources: [plain.yaml]\npatches: [{path: ../../p.yaml}]", nil, `"../../p.yaml" leaves the repository`},
		{"outside, transformer", "transformers: [../../t.yaml]", nil, `"../../t.yaml" leaves the repository`},
		{"backslashes", "resources: ['..\\..\\x.yaml']", nil, "is not a path"},
		{"openapi of a file", "openapi: {path: schema.json}", map[string]string{"base/schema.json": "{}"}, "openapi: "},
		{"openapi", "openapi: {version: v1.20.4}", nil, "openapi: "},
		{"helm", "helmCharts: [{name: x, repo: 'https://example.com'}]", nil, "helmCharts: "},
		{"helm globals", "helmGlobals: {chartHome: x}", nil, "helmCharts: "},
		{"old helm", "helmChartInflationGenerator: [{chartName: x}]", nil, "helmCharts: "},
		{"function", "transformers: [fn.yaml]", map[string]string{"base/fn.yaml": function}, "Fn fn would run code"},
		{"exec function", "transformers: [fn.yaml]", map[string]string{"base/fn.yaml": strings.Replace(function, "container: {image: evil}", "exec: {path: ./evil}", 1)}, "Fn fn would run code"},
		{"legacy exec plugin", "transformers: [fn.yaml]", map[string]string{"base/fn.yaml": "apiVersion: someteam.example.com/v1\nkind: SedTransformer\nmetadata: {name: fn}\n"}, "SedTransformer fn would run code"},
		{"inline function", "generators:\n- |-\n  " + strings.ReplaceAll(function, "\n", "\n  "), nil, "Fn fn would run code"},
		{"function in a list", "validators: [fn.yaml]", map[string]string{"base/fn.yaml": "apiVersion: v1\nkind: List\nitems:\n- " + strings.ReplaceAll(function, "\n", "\n  ")}, "Fn fn would run code"},
		{"helm as plugin", "generators: [h.yaml]", map[string]string{"base/h.yaml": "apiVersion: builtin\nkind: HelmChartInflationGenerator\nmetadata: {name: h}\nname: x\n"}, "HelmChartInflationGenerator h would run code"},
		{"directory of plugins", "transformers: [../t]", map[string]string{"t/kustomization.yaml": "resources: []"}, "is a directory"},
		{"file of a plugin", "transformers: [p.yaml]", map[string]string{"base/p.yaml": "apiVersion: builtin\nkind: PatchTransformer\nmetadata: {name: p}\nPATH: https://example.com/p\n"}, "PatchTransformer p: "},
		{"paths of a plugin", "transformers: [p.yaml]", map[string]string{"base/p.yaml": "apiVersion: builtin\nkind: PatchStrategicMergeTransformer\nmetadata: {name: p}\npaths: ['https://example.com/p']\n"}, "PatchStrategicMergeTransformer p: "},
		{"replacements of a plugin", "transformers: [p.yaml]", map[string]string{"base/p.yaml": "apiVersion: builtin\nkind: ReplacementTransformer\nmetadata: {name: p}\nreplacements: [{path: 'https://example.com/p'}]\n"}, "ReplacementTransformer p: "},
		{"files of a plugin", "generators: [p.yaml]", map[string]string{"base/p.yaml": "apiVersion: builtin\nkind: ConfigMapGenerator\nmetadata: {name: p}\nfiles: ['https://example.com/p']\n"}, "ConfigMapGenerator p.files: "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			contents := map[string]string{"base/kustomization.yaml": tt.kustomization}
			maps.Copy(contents, tt.more)
			err := readError(t, contents)
			var refused *object.RefusedError
			if !errors.As(err, &refused) {
				t.Fatalf("got %T (%v), want a *object.RefusedError", err, err)
			}
			if refused.Path != "base/kustomization.yaml" || refused.Fix == "" || !strings.Contains(refused.Error(), tt.want) {
				t.Errorf("got path %q, reason %q, fix %q; want the base's path, %q and a fix", refused.Path, refused.Reason, refused.Fix, tt.want)
			}
		})
	}
}

func TestAliasBombsAreRefused(t *testing.T) {
	var bomb strings.Builder
	bomb.WriteString("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n")
	for i := range 9 {
		a := string(rune('0' + i))
		b := string(rune('1' + i))
		bomb.WriteString("a" + b + ": &a" + b + " [*a" + a + ", *a" + a + ", *a" + a + ", *a" + a + ", *a" + a + ", *a" + a + ", *a" + a + ", *a" + a + "]\n")
	}
	indented := strings.ReplaceAll(bomb.String(), "\n", "\n    ")
	itself := "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: &a\n  b: *a\n"
	tests := []struct {
		name, path string
		contents   map[string]string
	}{
		{"bomb", "base/x.yaml", map[string]string{"base/kustomization.yaml": "resources: [x.yaml]", "base/x.yaml": bomb.String()}},
		{"second document", "base/x.yaml", map[string]string{"base/kustomization.yaml": "resources: [x.yaml]", "base/x.yaml": oneConfigMap + "---\n" + bomb.String()}},
		{"alias of itself", "base/x.yaml", map[string]string{"base/kustomization.yaml": "resources: [x.yaml]", "base/x.yaml": itself}},
		{"merges itself", "base/x.yaml", map[string]string{"base/kustomization.yaml": "resources: [x.yaml]", "base/x.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: &a\n  <<: *a\n"}},
		{"patch file", "base/p.yaml", map[string]string{"base/kustomization.yaml": "resources: [plain.yaml]\npatches: [{path: p.yaml}]", "base/p.yaml": itself}},
		{"inline patch", "base/kustomization.yaml", map[string]string{"base/kustomization.yaml": "resources: [plain.yaml]\npatches:\n- patch: |\n    " + indented}},
		{"inline transformer", "base/kustomization.yaml", map[string]string{"base/kustomization.yaml": "resources: [plain.yaml]\ntransformers:\n- |\n    " + indented}},
		{"before a false separator", "base/kustomization.yaml", map[string]string{"base/kustomization.yaml": "resources: [plain.yaml]\npatches:\n- patch: |\n    " + indented + "\n    ---#\n    %"}},
		{"kustomization", "base/kustomization.yaml", map[string]string{"base/kustomization.yaml": "resources: [plain.yaml]\nmetadata: &a {labels: *a}\n"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := readError(t, tt.contents)
			var refused *object.RefusedError
			if !errors.As(err, &refused) || refused.Path != tt.path {
				t.Errorf("got %T (%v), want a *object.RefusedError of %s", err, err, tt.path)
			}
		})
	}
}

func TestBoundsAreEnforced(t *testing.T) {
	many := map[string]string{}
	var list strings.Builder
	for i := range 2100 {
		name := "f" + strings.Repeat("x", i%50) + string(rune('a'+i%26)) + strings.Repeat("y", i/26) + ".yaml"
		many["base/"+name] = ""
		list.WriteString("- " + name + "\n")
	}
	many["base/kustomization.yaml"] = "resources:\n" + list.String()
	big := "# " + strings.Repeat("x", 1<<20) + "\n"
	much := map[string]string{"base/kustomization.yaml": "configMapGenerator:\n- name: x\n  files: ["}
	for i := range 40 {
		name := strings.Repeat("f", i+1)
		much["base/"+name] = strings.Repeat("x", 1<<20)
		much["base/kustomization.yaml"] += name + ", "
	}
	much["base/kustomization.yaml"] += "]\n"
	deep := map[string]string{"base/kustomization.yaml": "resources: [../d/dir]"}
	dir := "d/dir"
	for range 30 {
		deep[dir+"/kustomization.yaml"] = "resources: [dir]"
		dir += "/dir"
	}
	for _, tt := range []struct {
		name, want string
		contents   map[string]string
	}{
		{"files", "more than 2000 files", many},
		{"one file", "larger than 1 MiB", map[string]string{"base/kustomization.yaml": "resources: [big.yaml]", "base/big.yaml": big}},
		{"all files", "larger than 32 MiB", much},
		{"depth", "in 21 levels", deep},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := closure.Read(files(tt.contents), []string{"base"})
			var refused *object.RefusedError
			if !errors.As(err, &refused) || !strings.Contains(refused.Reason, tt.want) {
				t.Errorf("got %T (%.300v), want a *object.RefusedError with %q", err, err, tt.want)
			}
		})
	}
}

func TestSymbolicLinksAreRefused(t *testing.T) {
	link := func(to string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(to), Mode: fs.ModeSymlink} }
	file := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }
	for _, tt := range []struct {
		name, path string
		tree       fstest.MapFS
	}{
		{"file", "base/x.yaml", fstest.MapFS{"base/kustomization.yaml": file("resources: [x.yaml]"), "base/x.yaml": link("../other/x.yaml"), "other/x.yaml": file(oneConfigMap)}},
		{"directory", "base/x/y.yaml", fstest.MapFS{"base/kustomization.yaml": file("resources: [x/y.yaml]"), "base/x": link("../other"), "other/y.yaml": file(oneConfigMap)}},
		{"generator", "base/x", fstest.MapFS{"base/kustomization.yaml": file("configMapGenerator: [{name: x, files: [x]}]"), "base/x": link("/etc/passwd")}},
		{"patch", "base/p.yaml", fstest.MapFS{"base/kustomization.yaml": file("resources: [x.yaml]\npatches: [{path: p.yaml}]"), "base/x.yaml": file(oneConfigMap), "base/p.yaml": link("../../p.yaml")}},
		{"kustomization", "base/kustomization.yaml", fstest.MapFS{"base/kustomization.yaml": link("../other/k"), "other/k": file("")}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := closure.Read(tt.tree, []string{"base"})
			var refused *object.RefusedError
			if !errors.As(err, &refused) || refused.Path != tt.path || !strings.Contains(refused.Reason, "symbolic link") {
				t.Errorf("got %v, want a *object.RefusedError of %s", err, tt.path)
			}
		})
	}
}
