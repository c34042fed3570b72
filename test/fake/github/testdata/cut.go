// Command cut reduces GitHub's OpenAPI description to the operations that the
// fake answers and the components they reach, without prose and examples:
//
//	go run cut.go <api.github.com.json >openapi.json
package main

import (
	"encoding/json"
	"log"
	"os"
	"strings"
)

type object = map[string]any

// operations are what is kept, by path.
func operations() map[string]string {
	return map[string]string{
		"/repos/{owner}/{repo}":                              "get",
		"/repos/{owner}/{repo}/pulls":                        "get",
		"/repos/{owner}/{repo}/pulls/{pull_number}":          "get",
		"/repos/{owner}/{repo}/branches":                     "get",
		"/repos/{owner}/{repo}/branches/{branch}":            "get",
		"/repos/{owner}/{repo}/git/commits/{commit_sha}":     "get",
		"/app/installations/{installation_id}":               "get",
		"/app/installations/{installation_id}/access_tokens": "post",
	}
}

func main() {
	var whole object
	if err := json.NewDecoder(os.Stdin).Decode(&whole); err != nil {
		log.Fatal(err)
	}
	paths := object{}
	for path, method := range operations() {
		operation := whole["paths"].(object)[path].(object)[method]
		if operation == nil {
			log.Fatalf("no %s %s", method, path)
		}
		paths[path] = object{method: strip(operation, false)}
	}
	components := whole["components"].(object)
	forkMayBeGone(components["schemas"].(object))
	cut := object{
		"openapi":    whole["openapi"],
		"info":       object{"title": "GitHub REST API, cut down", "version": whole["info"].(object)["version"]},
		"servers":    whole["servers"],
		"paths":      paths,
		"components": reach(components, paths),
	}
	if err := json.NewEncoder(os.Stdout).Encode(cut); err != nil {
		log.Fatal(err)
	}
}

// forkMayBeGone lets a pull request's head.repo be null, as GitHub answers where
// the fork was deleted. The description of 2022-11-28 forgets that.
func forkMayBeGone(schemas object) {
	for _, name := range []string{"pull-request", "pull-request-simple"} {
		head := schemas[name].(object)["properties"].(object)["head"].(object)
		head["properties"].(object)["repo"] = object{"$ref": "#/components/schemas/nullable-repository"}
	}
}

// reach returns the components that from refers to, and those they refer to.
func reach(components, from object) object {
	kept := object{}
	queue := refs(from, nil)
	for len(queue) > 0 {
		group, name, _ := strings.Cut(strings.TrimPrefix(queue[0], "#/components/"), "/")
		queue = queue[1:]
		if kept[group] == nil {
			kept[group] = object{}
		}
		if kept[group].(object)[name] != nil {
			continue
		}
		component := strip(components[group].(object)[name], false)
		if group == "responses" {
			component.(object)["description"] = ""
		}
		kept[group].(object)[name] = component
		queue = refs(component, queue)
	}
	return kept
}

func refs(node any, found []string) []string {
	switch n := node.(type) {
	case object:
		for key, value := range n {
			if ref, ok := value.(string); ok && key == "$ref" {
				found = append(found, ref)
				continue
			}
			found = refs(value, found)
		}
	case []any:
		for _, value := range n {
			found = refs(value, found)
		}
	}
	return found
}

// strip drops prose, examples and vendor extensions. names is true where the
// keys of node are names that the API gives (of properties, headers, …).
func strip(node any, names bool) any {
	switch n := node.(type) {
	case object:
		kept := object{}
		for key, value := range n {
			if !names && prose(key) {
				continue
			}
			kept[key] = strip(value, !names && named(key))
		}
		if !names && n["content"] != nil {
			kept["description"] = "" // a response has to have one
		}
		return kept
	case []any:
		kept := make([]any, len(n))
		for i, value := range n {
			kept[i] = strip(value, false)
		}
		return kept
	}
	return node
}

func named(key string) bool {
	return key == "properties" || key == "headers" || key == "content" || key == "responses" || key == "patternProperties"
}

func prose(key string) bool {
	switch key {
	case "description", "example", "examples", "summary", "externalDocs", "tags", "title", "x-github":
		return true
	}
	return strings.HasPrefix(key, "x-")
}
