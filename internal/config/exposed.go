package config

import (
	"fmt"
	"regexp"

	"go.yaml.in/yaml/v3"
)

// secretPattern matches secrets that have a known form: a private key in PEM, or a
// token of GitHub (docs.github.com, "About authentication to GitHub": token formats)
// or of GitLab.
var secretPattern = regexp.MustCompile(`-----BEGIN [A-Z ]*PRIVATE KEY|\b(gh[pousr]_|github_pat_|glpat-)[A-Za-z0-9_-]{16}`)

// rejectSecrets reports secrets in the file itself, which often replace the name of
// the file that should hold them. Decoding then stops, because other messages quote
// invalid values.
func (d *document) rejectSecrets(n *yaml.Node) (found bool) {
	if n.Kind == yaml.ScalarNode && secretPattern.MatchString(n.Value) {
		d.problems.List = append(d.problems.List, Problem{Line: n.Line, Message: "this line holds a secret: " +
			"move the secret to a file or an environment variable, write its name here, and rotate the secret, because this file has exposed it"})
		return true
	}
	for _, child := range n.Content {
		found = d.rejectSecrets(child) || found
	}
	return found
}

// maxKeys bounds the keys of one map: the decoder compares all pairs of keys, and
// stores a message for each equal pair.
const maxKeys = 1000

// rejectLargeMaps reports maps with more than maxKeys keys.
func (d *document) rejectLargeMaps(n *yaml.Node) (found bool) {
	if n.Kind == yaml.MappingNode && len(n.Content)/2 > maxKeys {
		d.problems.List = append(d.problems.List, Problem{Line: n.Line, Message: fmt.Sprintf("the map has more than %d keys: remove some", maxKeys)})
		return true
	}
	for _, child := range n.Content {
		found = d.rejectLargeMaps(child) || found
	}
	return found
}
