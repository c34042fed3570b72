package kustomize

import (
	"fmt"
	"strings"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/naming"
)

// exampleHost and exampleNamespace are names of the sample preview.
const (
	exampleHost      = "pr-1.example.preview.localhost"
	exampleNamespace = "example-pr-1"
)

// example returns a sample preview with which templates and the base are tested.
// setParameters has the set's own parameters.
func example(setParameters map[string]string) generator.Preview {
	return generator.Preview{
		Change: generator.Change{
			Kind: generator.PullRequest, Number: 1, Branch: "example", TargetBranch: "main",
			HeadSHA: "0123456789abcdef0123456789abcdef01234567", Title: "Example", Author: "example",
			URL: "https://forge.example/example/pulls/1", CreatedAt: time.Unix(0, 0), UpdatedAt: time.Unix(0, 0),
		},
		Set:        "example",
		Repository: generator.Repository{ForgeHost: "forge.example", Organization: "example", Name: "example", DefaultBranch: "main"},
		Names: generator.Names{
			ID: "pr-1", Application: "example-pr-1", Namespace: exampleNamespace,
			Host: exampleHost, DBSchema: "example_pr_1",
		},
		Parameters: setParameters,
	}
}

// exampleHosts returns the hosts of the sample preview for the hosts of a base: all
// different, because a host can be the name of an object.
func exampleHosts(hosts []string) []generator.Host {
	var all []generator.Host
	for i, base := range hosts {
		name := fmt.Sprintf("host-%d.%s", i, exampleHost)
		if strings.HasPrefix(base, "*.") {
			name = "*." + name
		}
		all = append(all, generator.Host{Base: base, Name: name})
	}
	return all
}

// parseTemplate parses text and checks that all its parameters are known. It ignores
// other errors with the sample preview, because they may not occur with a real one.
func parseTemplate(name, text string, setParameters map[string]string) (*naming.Template, error) {
	t, err := naming.ParseTemplate(name, text)
	if err != nil {
		return nil, err
	}
	_, err = t.Execute(example(setParameters).Params())
	if err != nil && strings.Contains(err.Error(), "map has no entry for key") {
		return nil, err
	}
	return t, nil
}
