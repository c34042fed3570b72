// Command cut selects one of GitHub's example payloads for each event and action that
// package github distinguishes. It removes all links except html_url:
//
//	go run cut.go <index.json >webhooks.json
package main

import (
	"encoding/json"
	"log"
	"os"
	"slices"
	"strings"
)

type event struct {
	Name     string           `json:"name"`
	Examples []map[string]any `json:"examples"`
}

type example struct {
	Event   string         `json:"event"`
	Payload map[string]any `json:"payload"`
}

func main() {
	var all []event
	if err := json.NewDecoder(os.Stdin).Decode(&all); err != nil {
		log.Fatal(err)
	}
	wanted := []string{"create", "delete", "issues", "label", "ping", "pull_request", "push", "repository", "star"}
	var cut []example
	for _, e := range all {
		if !slices.Contains(wanted, e.Name) {
			continue
		}
		seen := map[any]bool{}
		for _, payload := range e.Examples {
			// A ping has no action. There are pings with and without a repository.
			variant := payload["action"]
			if e.Name == "ping" {
				variant = payload["repository"] == nil
			}
			if !seen[variant] && (e.Name != "issues" || variant == "opened") {
				seen[variant] = true
				cut = append(cut, example{e.Name, strip(payload).(map[string]any)})
			}
		}
	}
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	if err := out.Encode(cut); err != nil {
		log.Fatal(err)
	}
}

// strip removes links from node and returns it.
func strip(node any) any {
	switch n := node.(type) {
	case map[string]any:
		for key, value := range n {
			if key != "html_url" && strings.HasSuffix(key, "url") || key == "_links" {
				delete(n, key)
				continue
			}
			n[key] = strip(value)
		}
	case []any:
		for i := range n {
			n[i] = strip(n[i])
		}
	}
	return node
}
