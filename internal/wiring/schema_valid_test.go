package wiring_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"github.com/previewset/previewset/docs"
	"github.com/previewset/previewset/internal/config"
)

// TestSchemaAcceptsValidConfigurations checks the configurations of the tests and of the
// repository.
func TestSchemaAcceptsValidConfigurations(t *testing.T) {
	t.Parallel()
	for name, text := range configurations {
		wantAccepted(t, name, "", place{dir: "/etc/previewset", server: "https://forge.acme.dev"}.replace(text))
	}
	files := []string{"../../manifests/example/config.yaml", "../../test/upgrade/testdata/v0/config.yaml"}
	examples, err := filepath.Glob("../../examples/*/config.yaml")
	if err != nil || len(examples) < 7 {
		t.Fatalf("got the examples %q, %v, want at least 7", examples, err)
	}
	bases, err := filepath.Glob("../../examples/bases/*/config.yaml")
	if err != nil || len(bases) < 12 {
		t.Fatalf("got the bases %q, %v, want at least 12", bases, err)
	}
	examples = append(examples, bases...)
	for _, file := range append(files, examples...) {
		wantAccepted(t, file, "", read(t, file))
	}
	for _, file := range examples {
		if first, _, _ := strings.Cut(read(t, file), "\n"); first != "# yaml-language-server: $schema="+schemaURL {
			t.Errorf("%s: got the first line %q, want the one that names the schema", file, first)
		}
	}
	sets, err := filepath.Glob("../../examples/*/sets/*.yaml")
	if err != nil || len(sets) < 18 {
		t.Fatalf("got the sets %q, %v, want at least 18", sets, err)
	}
	for _, file := range sets {
		wantAccepted(t, file, "#/definitions/set", read(t, file))
	}
}

// TestSchemaAcceptsOtherForms checks valid forms that the configurations above lack.
func TestSchemaAcceptsOtherForms(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]struct{ old, replacement string }{
		"days":                         {"72h", "1d12h"},
		"several units":                {"72h", "1h30m"},
		"a fraction of a unit":         {"72h", "1.5h"},
		"no limit":                     {"72h", "0"},
		"a kind without rules":         {"drafts: true}", "drafts: true}, branches: "},
		"argocd without keys":          {"poll: 60s", "argocd:"},
		"a repository that is digits":  {"repo: shop", "repo: 2048"},
		"a tag that is a number":       {"newTag: x", "newTag: 1.25"},
		"parameters that are no text":  {"parameters: {}", "parameters: {replicas: 3, debug: true}"},
		"a label that is a number":     {"all: [preview]", "all: [3]"},
		"a branch that is a number":    {"drafts: true}", "drafts: true}, branches: {include: [1.0]}"},
		"a directory with a dot":       {"base: apps/shop", "base: .apps/..shop/"},
		"an own component":             {"components: []", "components: [components/ours, builtin:quota]"},
		"the apiURL of the App":        {"repo: shop}", "repo: shop, apiURL: 'https://g', app: {id: 1, installationID: 2, privateKeyEnv: K, apiURL: 'https://g'}}"},
		"a merge key":                  {"limits: {previews: 30}", "limits: {<<: {previews: 30}}"},
		"a second token for the state": {"{tokenEnv: TOKEN}", "{tokenEnv: TOKEN, readTokenFile: /read}"},
		"feedback without a status":    {"guard:", "feedback: {status: false, tokenEnv: T}, guard:"},
		"feedback of an App":           {"repo: shop}}", "repo: shop, app: {id: 1, installationID: 2, privateKeyEnv: K}}}, feedback: {}"},
		"feedback without keys":        {"repo: shop}}", "repo: shop, app: {id: 1, installationID: 2, privateKeyEnv: K}}}, feedback: "},
		"removed feedback": {
			"sets:\n- {name: shop, source: {github: {owner: acme, repo: shop}},",
			"defaults: {feedback: {status: false}}\nsets:\n- {name: shop, feedback: , source: {github: {owner: acme, repo: shop}},",
		},
		"a removed default": {
			"sets:\n- {name: shop, source: {github: {owner: acme, repo: shop}},",
			"defaults: {names: {host: '{{.id}}.h'}, source: {github: {tokenEnv: T}}}\nsets:\n- {name: shop, names: , source: {github: {owner: acme, repo: shop, tokenEnv: , tokenFile: /t}},",
		},
		"another forge than defaults": {
			"sets:\n- {name: shop, source: {github: {owner: acme, repo: shop}},",
			"defaults: {source: {git: {url: /s}}}\nsets:\n- {name: shop, source: {github: {owner: acme, repo: shop}},",
		},
		"defaults with what sets lack": {
			"sets:\n- {name: shop, source: {github: {owner: acme, repo: shop}},",
			"defaults: {source: {github: {owner: acme, tokenEnv: T}, gitea: {tokenEnv: T}}}\nsets:\n- {name: shop, source: {github: {repo: shop}},",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := strings.Replace(soundConfiguration, change.old, change.replacement, 1)
			if text == soundConfiguration {
				t.Fatalf("the configuration lacks %q", change.old)
			}
			if err := validate(text); err != nil {
				t.Error(err)
			}
			wantAccepted(t, name, "", text)
		})
	}
}

// TestSchemaOfIncludedFiles checks files of which previewset only reads sets, and the main
// file that includes them.
func TestSchemaOfIncludedFiles(t *testing.T) {
	t.Parallel()
	const set = "sets: [{name: shop, select: {branches: {}}}]\n"
	const main = "apiVersion: previewset.dev/v1alpha1\nkind: Config\n"
	for name, text := range map[string]string{
		"sets":              set,
		"a version":         main + set,
		"only included":     main + "auth: {tokenEnv: T}\ninclude: [sets/*.yaml]\n",
		"sets and included": main + "auth: {tokenEnv: T}\ninclude: [sets/*.yaml]\nsets: [{name: shop, source: {git: {url: /s}}, select: {branches: }}]\n",
	} {
		wantAccepted(t, name, "", text)
	}
	for name, text := range map[string]string{
		"nothing":             "{}",
		"a set without name":  "sets: [{select: {branches: {}}}]",
		"an unknown key":      "sets: [{name: shop, sauce: {}}]",
		"two sources":         "sets: [{name: shop, source: {git: {url: /s}, github: {}}}]",
		"a key of the main":   set + "poll: 60s",
		"an absolute pattern": main + "auth: {tokenEnv: T}\ninclude: [/etc/sets/*.yaml]\n",
		"a name in defaults":  main + "auth: {tokenEnv: T}\ndefaults: {name: shop}\n" + set,
		"a list of defaults":  main + "auth: {tokenEnv: T}\ndefaults: []\n" + set,
	} {
		if schemaError(t, compiled(t, ""), text) == nil {
			t.Errorf("%s: the schema accepts\n%s", name, text)
		}
	}
}

var yamlBlock = regexp.MustCompile("(?ms)^( *)```yaml\n(.*?)^ *```")

// TestSchemaAcceptsTheDocumentation checks the blocks of YAML in the documentation of which
// all keys are keys of a configuration or of a set.
func TestSchemaAcceptsTheDocumentation(t *testing.T) {
	t.Parallel()
	pages, err := filepath.Glob("../../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	checked := 0
	for _, page := range pages {
		for _, block := range yamlBlock.FindAllStringSubmatch(read(t, page), -1) {
			text := strings.ReplaceAll("\n"+block[2], "\n"+block[1], "\n")
			var content map[string]any
			if yaml.Unmarshal([]byte(text), &content) != nil || content["kind"] != nil && content["kind"] != config.Kind {
				continue // not a mapping, or an object of Kubernetes
			}
			for pointer, value := range partsOf(t, content) {
				part, err := yaml.Marshal(value)
				if err != nil {
					t.Fatal(err)
				}
				wantAccepted(t, page+": "+pointer, pointer, string(part))
				checked++
			}
		}
	}
	if checked < 10 {
		t.Errorf("got %d parts of configurations in the documentation, want at least 10", checked)
	}
}

// partsOf returns the values of keys with the pointers to these keys in the schema; nil if a
// key is neither of a configuration nor of a set.
func partsOf(t *testing.T, content map[string]any) map[string]any {
	t.Helper()
	keys, parts := schemaKeys(t), map[string]any{}
	for key, value := range content {
		switch {
		case keys[key] != nil:
			parts["#/properties/"+key] = value
		case keys["sets[]."+key] != nil:
			parts["#/definitions/set/properties/"+key] = value
		default:
			return nil
		}
	}
	return parts
}

// schemaError returns the problems of a configuration, or of a part of it.
func schemaError(t *testing.T, schema *jsonschema.Schema, text string) error {
	t.Helper()
	var content any
	if err := yaml.Unmarshal([]byte(text), &content); err != nil {
		t.Fatal(err)
	}
	asJSON, err := json.Marshal(content)
	if err != nil {
		t.Fatal(err)
	}
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(string(asJSON)))
	if err != nil {
		t.Fatal(err)
	}
	return schema.Validate(value)
}

// schemaURL is the file of the repository, on its main branch.
const schemaURL = "https://raw.githubusercontent.com/previewset/previewset/main/docs/configuration.schema.json"

// compiled returns the part of the schema at a pointer.
func compiled(t *testing.T, pointer string) *jsonschema.Schema {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(docs.ConfigurationSchema))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource(schemaURL, document); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile(schemaURL + pointer)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func wantAccepted(t *testing.T, name, pointer, text string) {
	t.Helper()
	if err := schemaError(t, compiled(t, pointer), text); err != nil {
		t.Errorf("%s: the schema refuses it: %v", name, err)
	}
}

func parsed(t *testing.T, text string) *config.Config {
	t.Helper()
	c, err := config.Parse("config.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
