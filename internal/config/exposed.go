package config

import (
	"regexp"

	"go.yaml.in/yaml/v3"
)

// secretPattern matches secrets that have a known form: a private key in PEM, or a
// token of GitHub (docs.github.com, "About authentication to GitHub": token formats)
// or of GitLab.
var secretPattern = regexp.MustCompile(`-----BEGIN [A-Z ]*PRIVATE KEY|\b(gh[pousr]_|github_pat_|glpat-)[A-Za-z0-9_-]{16}`)

// rejectSecrets reports secrets in a file itself, which often replace the name of
// the file that should hold them. The file is then not decoded, because other messages
// quote invalid values.
func (d *document) rejectSecrets(file string, n *yaml.Node) (found bool) {
	if n.Kind == yaml.ScalarNode && secretPattern.MatchString(n.Value) {
		d.add(Problem{File: file, Line: n.Line, Message: "this line holds a secret: " +
			"move the secret to a file or an environment variable, write its name here, and rotate the secret, because this file has exposed it"})
		return true
	}
	for _, child := range n.Content {
		found = d.rejectSecrets(file, child) || found
	}
	return found
}
