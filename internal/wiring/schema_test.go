package wiring_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/previewset/previewset/docs"
	"github.com/previewset/previewset/internal/config"
	"github.com/previewset/previewset/internal/forges"
	"github.com/previewset/previewset/kustomize"
)

// TestSchemaHasTheKeysOfTheConfiguration compares the keys of the schema with those of the
// types, in both directions.
func TestSchemaHasTheKeysOfTheConfiguration(t *testing.T) {
	t.Parallel()
	want := map[string]bool{}
	eachKey(reflect.ValueOf(config.Config{}), "", func(path string, _ reflect.Value) { want[path] = true })
	for _, refused := range []string{"defaults.name", "defaults.overlay.database.seed.back", "sets[].overlay.database.seed.back"} {
		delete(want, refused)
	}
	got := schemaKeys(t)
	for path := range want {
		if _, ok := got[path]; !ok {
			t.Errorf("docs/configuration.schema.json lacks the key %s", path)
		}
	}
	for path := range got {
		if !want[path] {
			t.Errorf("docs/configuration.schema.json has the key %s, which the configuration lacks", path)
		}
	}
}

func TestSchemaNamesItself(t *testing.T) {
	t.Parallel()
	var schema struct {
		ID    string `yaml:"$id"`
		Draft string `yaml:"$schema"`
	}
	decode(t, json.RawMessage(docs.ConfigurationSchema), &schema)
	if schema.ID != schemaURL || schema.Draft != "http://json-schema.org/draft-07/schema#" {
		t.Errorf("got the schema %q of %q, want %q of draft 7, which all editors support", schema.ID, schema.Draft, schemaURL)
	}
	if page := read(t, "../../docs/configuration.md"); !strings.Contains(page, "$schema="+schemaURL+"\n") {
		t.Error("docs/configuration.md does not name the schema")
	}
}

func TestKeysOfSchemaHaveDescriptions(t *testing.T) {
	t.Parallel()
	for path, key := range schemaKeys(t) {
		if text, _ := key["description"].(string); !strings.HasSuffix(text, ".") {
			t.Errorf("%s: the description is %q, want a sentence", path, text)
		}
	}
}

// TestDefaultsOfSchema checks that a default of the schema is the value that the
// configuration has without the key, and that no default is missing.
func TestDefaultsOfSchema(t *testing.T) {
	t.Parallel()
	const text = `{apiVersion: previewset.dev/v1alpha1, kind: Config, auth: {tokenEnv: T}, gitops: {url: /r}, argocd: {}, sets: [
  {name: shop, source: {gitea: {url: "https://g", owner: acme, repo: shop}}, select: {pullRequests: {}, branches: {}}}]}`
	given := map[string]bool{}
	leaves(document(t, text), "", func(path string, _ *yaml.Node) { given[strings.ReplaceAll(path, "[0]", "[]")] = true })
	implied := map[string]reflect.Value{}
	eachKey(reflect.ValueOf(*parsed(t, text)), "", func(path string, v reflect.Value) {
		if v = reflect.Indirect(v); v.IsValid() && v.Comparable() && v.Kind() != reflect.Struct {
			implied[path] = v
		}
	})
	for path, key := range schemaKeys(t) {
		declared, ok := key["default"]
		want, scalar := implied[path]
		switch parameter, ofDatabase := strings.CutPrefix(path, "sets[].overlay.database."); {
		case strings.HasPrefix(path, "defaults."): // keys of a set
		case ok && ofDatabase:
			if got, want := fmt.Sprint(declared), componentDefault(t, parameter); got != want {
				t.Errorf("%s: got the default %s, want %s", path, got, want)
			}
		case ok:
			got := reflect.New(want.Type())
			decode(t, declared, got.Interface())
			if !got.Elem().Equal(want) {
				t.Errorf("%s: got the default %v, want %v", path, got.Elem(), want)
			}
		case scalar && !want.IsZero() && !given[path]:
			t.Errorf("%s: got no default, want %v", path, want)
		}
	}
}

// componentDefault returns the default of a key of overlay.database, which a component
// declares.
func componentDefault(t *testing.T, key string) string {
	t.Helper()
	parameter := "database_" + strings.ToLower(regexp.MustCompile(`[A-Z]`).ReplaceAllString(key, "_$0"))
	for _, name := range []string{"database-jobs", "cloudnative-pg"} {
		files, err := kustomize.BuiltinFiles(name)
		if err != nil {
			t.Fatal(err)
		}
		all, err := kustomize.BuiltinParameters(files)
		if err != nil {
			t.Fatal(err)
		}
		if value, ok := all[parameter]; ok {
			return value
		}
	}
	t.Fatalf("no component has the parameter %s", parameter)
	return ""
}

// eachKey calls visit for each key below v, with its value. Where v has no value, it
// continues with the zero value.
func eachKey(v reflect.Value, path string, visit func(path string, v reflect.Value)) {
	if v.Kind() == reflect.Pointer && v.IsNil() {
		v = reflect.New(v.Type().Elem())
	}
	v = reflect.Indirect(v)
	below := func(key string, v reflect.Value) {
		key = strings.TrimPrefix(path+"."+key, ".")
		visit(key, v)
		eachKey(v, key, visit)
	}
	switch {
	case v.Type() == reflect.TypeFor[config.Source]():
		for _, f := range forges.All() {
			below(f.Key, reflect.ValueOf(f.Stanza()))
		}
	case v.Kind() == reflect.Struct:
		for field, value := range v.Fields() {
			if key, options, _ := strings.Cut(field.Tag.Get("yaml"), ","); options == "inline" {
				eachKey(value, path, visit)
			} else {
				below(key, value)
			}
		}
	case v.Kind() == reflect.Slice && v.Len() > 0:
		eachKey(v.Index(0), path+"[]", visit)
	case v.Kind() == reflect.Slice:
		eachKey(reflect.Zero(v.Type().Elem()), path+"[]", visit)
	}
}

// schemaKeys returns the keys of the schema with what the schema has for each key.
func schemaKeys(t *testing.T) map[string]map[string]any {
	t.Helper()
	var root map[string]any
	decode(t, json.RawMessage(docs.ConfigurationSchema), &root)
	keys := map[string]map[string]any{}
	var walk func(node map[string]any, path string)
	walk = func(node map[string]any, path string) {
		if pointer, ok := node["$ref"].(string); ok {
			walk(referred(root, pointer), path)
			return
		}
		if keys[path]["description"] == nil {
			keys[path] = node
		}
		for key, value := range mapping(node["properties"]) {
			walk(mapping(value), strings.TrimPrefix(path+"."+key, "."))
		}
		if items := mapping(node["items"]); items != nil {
			walk(items, path+"[]")
		}
		all, _ := node["allOf"].([]any)
		for _, part := range all {
			walk(mapping(part), path)
		}
	}
	walk(root, "")
	maps.DeleteFunc(keys, func(path string, _ map[string]any) bool { return path == "" || strings.HasSuffix(path, "[]") })
	return keys
}

// referred returns the part of root at a pointer such as #/definitions/set.
func referred(root map[string]any, pointer string) map[string]any {
	for _, step := range strings.Split(pointer, "/")[1:] {
		root = mapping(root[step])
	}
	return root
}

// mapping returns a mapping of a document, or nil.
func mapping(v any) map[string]any {
	m, _ := v.(map[string]any)
	return m
}

// decode decodes value, which is of JSON, into a value with tags for YAML.
func decode(t *testing.T, value, into any) {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(text, into); err != nil {
		t.Fatalf("%v in %.200s", err, text)
	}
}
