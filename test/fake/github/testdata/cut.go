// Command cut reduces GitHub's OpenAPI description to the operations of the fake and
// the components that they refer to, without prose, examples and extensions:
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

// operations returns the operations to keep: path → methods.
func operations() map[string][]string {
	const repository = "/repos/{owner}/{repo}"
	return map[string][]string{
		repository:                                           {"get"},
		repository + "/pulls":                                {"get"},
		repository + "/pulls/{pull_number}":                  {"get"},
		repository + "/branches":                             {"get"},
		repository + "/branches/{branch}":                    {"get"},
		repository + "/git/commits/{commit_sha}":             {"get"},
		repository + "/issues/{issue_number}/comments":       {"get", "post"},
		repository + "/issues/comments/{comment_id}":         {"get", "patch", "delete"},
		repository + "/statuses/{sha}":                       {"post"},
		repository + "/commits/{ref}/statuses":               {"get"},
		repository + "/commits/{ref}/check-runs":             {"get"},
		repository + "/check-runs":                           {"post"},
		repository + "/check-runs/{check_run_id}":            {"patch"},
		repository + "/deployments":                          {"get", "post"},
		repository + "/deployments/{deployment_id}/statuses": {"get", "post"},
		"/user":                                {"get"},
		"/app/installations/{installation_id}": {"get"},
		"/app/installations/{installation_id}/access_tokens": {"post"},
	}
}

func main() {
	var description object
	if err := json.NewDecoder(os.Stdin).Decode(&description); err != nil {
		log.Fatal(err)
	}
	paths := object{}
	for path, methods := range operations() {
		kept := object{}
		for _, method := range methods {
			operation := description["paths"].(object)[path].(object)[method]
			if operation == nil {
				log.Fatalf("no %s %s", method, path)
			}
			kept[method] = strip(operation, false)
		}
		paths[path] = kept
	}
	components := description["components"].(object)
	allowNullHeadRepo(components["schemas"].(object))
	excerpt := object{
		"openapi":    description["openapi"],
		"info":       object{"title": "GitHub REST API, cut down", "version": description["info"].(object)["version"]},
		"servers":    description["servers"],
		"paths":      paths,
		"components": reachable(components, paths),
	}
	if err := json.NewEncoder(os.Stdout).Encode(excerpt); err != nil {
		log.Fatal(err)
	}
}

// allowNullHeadRepo lets head.repo of a pull request be null, as GitHub returns it after
// the fork was deleted. The description of API version 2022-11-28 does not allow null.
func allowNullHeadRepo(schemas object) {
	for _, name := range []string{"pull-request", "pull-request-simple"} {
		head := schemas[name].(object)["properties"].(object)["head"].(object)
		head["properties"].(object)["repo"] = object{"$ref": "#/components/schemas/nullable-repository"}
	}
}

// reachable returns the components that from refers to, directly or through other
// components.
func reachable(components, from object) object {
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

// strip removes prose, examples and vendor extensions. names is true if the keys of
// node are names of the API (of properties, headers, …) rather than OpenAPI keywords.
func strip(node any, names bool) any {
	switch n := node.(type) {
	case object:
		kept := object{}
		for key, value := range n {
			if !names && isProse(key) {
				continue
			}
			kept[key] = strip(value, !names && hasNames(key))
			if !names && key == "responses" {
				describe(kept[key].(object))
			}
		}
		if !names && n["content"] != nil {
			kept["description"] = ""
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

// describe gives each response a description, because OpenAPI requires it.
func describe(responses object) {
	for _, response := range responses {
		if r := response.(object); r["$ref"] == nil {
			r["description"] = ""
		}
	}
}

// hasNames reports whether the keys below the OpenAPI keyword are names of the API.
func hasNames(key string) bool {
	return key == "properties" || key == "headers" || key == "content" || key == "responses" || key == "patternProperties"
}

func isProse(key string) bool {
	switch key {
	case "description", "example", "examples", "summary", "externalDocs", "tags", "title", "x-github":
		return true
	}
	return strings.HasPrefix(key, "x-")
}
