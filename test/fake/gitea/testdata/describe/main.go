// Command describe reduces Gitea's description of its API to the operations of the fake for
// feedback and the definitions that they refer to, without prose, and converts it from
// Swagger 2.0 to OpenAPI 3:
//
//	go run ./testdata/describe <templates/swagger/v1_json.tmpl >testdata/openapi.json
package main

import (
	"bytes"
	"encoding/json"
	"io"
	"log"
	"os"
	"regexp"
	"strings"

	"github.com/getkin/kin-openapi/openapi2"
	"github.com/getkin/kin-openapi/openapi2conv"
)

type object = map[string]any

// operations returns the operations to keep: path → methods.
func operations() map[string][]string {
	const repository = "/repos/{owner}/{repo}"
	return map[string][]string{
		repository + "/pulls/{index}":           {"get"},
		repository + "/git/commits/{sha}":       {"get"},
		repository + "/issues/{index}/comments": {"get", "post"},
		repository + "/issues/comments/{id}":    {"patch", "delete"},
		repository + "/statuses/{sha}":          {"get", "post"},
		"/user":                                 {"get"},
	}
}

func main() {
	template, err := io.ReadAll(os.Stdin)
	if err != nil {
		log.Fatal(err)
	}
	// The template has placeholders for the version and the path of the server.
	text := regexp.MustCompile(`\{\{[^}]*\}\}`).ReplaceAll(template, nil)
	var full object
	if err := json.Unmarshal(text, &full); err != nil {
		log.Fatal(err)
	}
	converted, err := convert(cut(full))
	if err != nil {
		log.Fatal(err)
	}
	var indented bytes.Buffer
	if err := json.Indent(&indented, converted, "", " "); err != nil {
		log.Fatal(err)
	}
	indented.WriteByte('\n')
	if _, err := indented.WriteTo(os.Stdout); err != nil {
		log.Fatal(err)
	}
}

// cut returns the description with the operations to keep.
func cut(full object) object {
	paths := object{}
	for path, methods := range operations() {
		kept := object{}
		for _, method := range methods {
			operation := full["paths"].(object)[path].(object)[method]
			if operation == nil {
				log.Fatalf("no %s %s", method, path)
			}
			kept[method] = strip(operation)
		}
		paths[path] = kept
	}
	reduced := object{
		"swagger": "2.0", "basePath": "/api/v1", "paths": paths, "consumes": full["consumes"], "produces": full["produces"],
		"info":        object{"title": "Gitea API, cut down", "version": "1"},
		"definitions": object{}, "responses": object{},
	}
	keepReferences(full, reduced, paths)
	return reduced
}

// keepReferences copies what node refers to from full to reduced.
func keepReferences(full, reduced object, node any) {
	switch n := node.(type) {
	case object:
		for key, value := range n {
			if key != "$ref" {
				keepReferences(full, reduced, value)
				continue
			}
			group, name, _ := strings.Cut(strings.TrimPrefix(value.(string), "#/"), "/")
			if kept := reduced[group].(object); kept[name] == nil {
				kept[name] = closed(strip(full[group].(object)[name]).(object))
				keepReferences(full, reduced, kept[name])
			}
		}
	case []any:
		for _, value := range n {
			keepReferences(full, reduced, value)
		}
	}
}

// closed refuses other properties than those of a definition. Gitea's description requires
// nearly none, so that a misspelled one would go unnoticed.
func closed(definition object) object {
	if definition["properties"] != nil {
		definition["additionalProperties"] = false
	}
	return definition
}

// strip removes prose, headers and extensions. A property can have the name of prose.
func strip(node any) any {
	switch n := node.(type) {
	case object:
		kept := object{}
		for key, value := range n {
			if text, isText := value.(string); isText && key == "description" && text != "" {
				value = "-"
			}
			_, isText := value.(string)
			if key == "summary" && isText || key == "headers" || key == "tags" || strings.HasPrefix(key, "x-") {
				continue
			}
			kept[key] = strip(value)
		}
		return kept
	case []any:
		kept := make([]any, len(n))
		for i, value := range n {
			kept[i] = strip(value)
		}
		return kept
	}
	return node
}

// convert returns a description in Swagger 2.0 as OpenAPI 3, in JSON.
func convert(reduced object) ([]byte, error) {
	text, err := json.Marshal(reduced)
	if err != nil {
		return nil, err
	}
	var swagger openapi2.T
	if err := json.Unmarshal(text, &swagger); err != nil {
		return nil, err
	}
	doc, err := openapi2conv.ToV3(&swagger)
	if err != nil {
		return nil, err
	}
	return doc.MarshalJSON()
}
