package config

import (
	"fmt"
	"regexp"

	"go.yaml.in/yaml/v3"
)

// secretForm is what can be told from its form to be a secret: a private key in
// PEM, or a token of GitHub (docs.github.com, "About authentication to GitHub":
// token formats) or of GitLab.
var secretPattern = regexp.MustCompile(`-----BEGIN [A-Z ]*PRIVATE KEY|\b(gh[pousr]_|github_pat_|glpat-)[A-Za-z0-9_-]{16}`)

// exposed reports secrets in the file itself, most often in place of the name
// of the file that they belong into. Then nothing else is told of the file, for
// other messages quote what is wrong.
func (d *document) rejectSecrets(n *yaml.Node) (found bool) {
	if n.Kind == yaml.ScalarNode && secretPattern.MatchString(n.Value) {
		d.problems.List = append(d.problems.List, Problem{Line: n.Line, Message: "here is a secret itself: " +
			"write it to a file or a variable and name that here; as it was in this file, replace it with a new one"})
		return true
	}
	for _, child := range n.Content {
		found = d.rejectSecrets(child) || found
	}
	return found
}

// maxKeys bounds the keys of one map: the decoder compares each with each, and
// keeps a message for every pair that is the same.
const maxKeys = 1000

// crowded reports maps with more keys than a configuration can have.
func (d *document) rejectLargeMaps(n *yaml.Node) (found bool) {
	if n.Kind == yaml.MappingNode && len(n.Content)/2 > maxKeys {
		d.problems.List = append(d.problems.List, Problem{Line: n.Line, Message: fmt.Sprintf("more than %d keys in one map", maxKeys)})
		return true
	}
	for _, child := range n.Content {
		found = d.rejectLargeMaps(child) || found
	}
	return found
}
