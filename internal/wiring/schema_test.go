package wiring_test

import (
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/previewset/previewset/docs"
	"github.com/previewset/previewset/internal/config"
	"github.com/previewset/previewset/internal/forges"
	"github.com/previewset/previewset/kustomize"
	"github.com/previewset/previewset/kustomize/policy"
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
	decodeSchema(t, &schema)
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

// TestEnumsOfSchema compares the values that the schema lists with the tables of the program.
func TestEnumsOfSchema(t *testing.T) {
	t.Parallel()
	want := map[string][]string{"allow": policy.Allowable(), "database.engine": nil, "database.strategy": nil, "components": nil}
	databases := []string{"database-jobs"}
	for _, s := range kustomize.DatabaseStrategies() {
		want["database.engine"] = append(want["database.engine"], s.Engine)
		want["database.strategy"] = append(want["database.strategy"], s.Name)
		databases = append(databases, s.Component)
	}
	_, builtin := kustomize.Builtin("")
	for _, name := range builtin {
		if !slices.Contains(databases, name) {
			want["components"] = append(want["components"], "builtin:"+name)
		}
	}
	keys := schemaKeys(t)
	for path, values := range want {
		values = slices.Compact(slices.Sorted(slices.Values(values)))
		if got := enumOf(keys["sets[].overlay."+path]); !slices.Equal(got, values) {
			t.Errorf("sets[].overlay.%s: got the values %q, want %q", path, got, values)
		}
	}
}

// enumOf returns the values that a key, or an entry of its list, can have, sorted.
func enumOf(key map[string]any) (values []string) {
	if items := mapping(key["items"]); items != nil {
		key = items
	}
	if forms, ok := key["anyOf"].([]any); ok {
		key = mapping(forms[0])
	}
	all, _ := key["enum"].([]any)
	for _, value := range all {
		if text, ok := value.(string); ok {
			values = append(values, text)
		}
	}
	slices.Sort(values)
	return values
}

// TestDefaultsOfSchema checks that a default of the schema is the value that the
// configuration has without the key, and that no default is missing.
func TestDefaultsOfSchema(t *testing.T) {
	t.Parallel()
	const text = `{apiVersion: previewset.dev/v1alpha1, kind: Config, auth: {tokenEnv: T}, gitops: {url: /r}, argocd: {}, sets: [
  {name: shop, source: {gitea: {url: "https://g", owner: acme, repo: shop}}, select: {pullRequests: {}, branches: {}}, feedback: {tokenEnv: T}}]}`
	given := map[string]bool{}
	leaves(document(t, text), "", func(path string, _ *yaml.Node) { given[strings.ReplaceAll(path, "[0]", "[]")] = true })
	implied := scalarsOf(parsed(t, text))
	for path, key := range schemaKeys(t) {
		declared, ok := key["default"]
		want := implied[path]
		switch parameter, ofDatabase := strings.CutPrefix(path, "sets[].overlay.database."); {
		case strings.HasPrefix(path, "defaults."): // keys of a set
		case ok && ofDatabase:
			if got, want := fmt.Sprint(declared), componentDefault(t, parameter); got != want {
				t.Errorf("%s: got the default %s, want %s", path, got, want)
			}
		case ok:
			if !maps.Equal(scalarsOf(parsed(t, withKey(t, text, path, declared))), implied) {
				t.Errorf("%s: got the default %v, want %v", path, declared, want)
			}
		case want != nil && !given[path]:
			t.Errorf("%s: got no default, want %v", path, want)
		}
	}
}

// scalarsOf returns the values of c that are not zero and have no keys or entries.
func scalarsOf(c *config.Config) map[string]any {
	scalars := map[string]any{}
	eachKey(reflect.ValueOf(*c), "", func(path string, v reflect.Value) {
		if v = reflect.Indirect(v); v.IsValid() && !v.IsZero() && v.Comparable() && v.Kind() != reflect.Struct {
			scalars[path] = v.Interface()
		}
	})
	return scalars
}

// withKey returns a configuration with a value for the key at a path such as sets[].name,
// in the first entry of each list.
func withKey(t *testing.T, text, path string, value any) string {
	t.Helper()
	var root map[string]any
	if err := yaml.Unmarshal([]byte(text), &root); err != nil {
		t.Fatal(err)
	}
	steps := strings.Split(path, ".")
	last := len(steps) - 1
	at := root
	for _, step := range steps[:last] {
		key, list := strings.CutSuffix(step, "[]")
		if list {
			at = mapping(at[key].([]any)[0])
			continue
		}
		if at[key] == nil {
			at[key] = map[string]any{}
		}
		at = mapping(at[key])
	}
	at[steps[last]] = value
	out, err := yaml.Marshal(root)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
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
	decodeSchema(t, &root)
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

// decodeSchema decodes the schema, as JSON is also YAML.
func decodeSchema(t *testing.T, into any) {
	t.Helper()
	if err := yaml.Unmarshal([]byte(docs.ConfigurationSchema), into); err != nil {
		t.Fatal(err)
	}
}
