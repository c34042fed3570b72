package object

import (
	"bytes"
	"regexp"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// foreignForm is a form in which a tool stores a file in Git. Only this tool can read it.
type foreignForm struct {
	is func(content []byte) bool
	// what and fix are the reason and the remedy of a refusal.
	what, fix string
}

func startsWith(starts ...string) func([]byte) bool {
	return func(content []byte) bool {
		for _, start := range starts {
			if bytes.HasPrefix(content, []byte(start)) {
				return true
			}
		}
		return false
	}
}

// The metadata of SOPS in formats other than YAML and JSON (stores/dotenv and stores/ini
// in getsops/sops). A binary file becomes JSON.
var (
	sopsDotenv  = regexp.MustCompile(`(?m)^sops_mac=`)
	sopsSection = regexp.MustCompile(`(?ms)^\[sops\]\s*$.*^mac\s*[=:]`)
)

// hasSOPS reports whether a document of content has the metadata of SOPS.
func hasSOPS(content []byte) bool {
	if !bytes.Contains(content, []byte("sops")) || !bytes.Contains(content, []byte("mac")) {
		return false
	}
	if sopsDotenv.Match(content) || sopsSection.Match(content) {
		return true
	}
	decoder := yaml.NewDecoder(bytes.NewReader(content))
	for {
		var document yaml.Node
		if err := decoder.Decode(&document); err != nil { // also io.EOF
			return false
		}
		if len(document.Content) == 1 && isSOPS(document.Content[0]) {
			return true
		}
	}
}

// isSOPS reports whether n has the metadata of SOPS (stores/stores.go in getsops/sops).
// A SopsSecret is decrypted by its operator, in the cluster.
func isSOPS(n *yaml.Node) bool {
	return At(n, "sops", "mac") != nil && Scalar(Child(n, "kind")) != "SopsSecret"
}
