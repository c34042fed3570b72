package object

import (
	"bytes"
	"regexp"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Unparsable returns the reason and the remedy if a tool stored content in a form that
// Kustomize can't parse, or "".
func Unparsable(content []byte) (what, fix string) { return formOf(content, foreignForms) }

// Foreign returns the reason and the remedy if a tool stored content in a form that only
// this tool can read, or "". In addition to Unparsable, it knows SOPS.
func Foreign(content []byte) (what, fix string) {
	if what, fix := Unparsable(content); what != "" {
		return what, fix
	}
	return formOf(content, []foreignForm{sopsForm})
}

// ForeignObject is like Foreign for a parsed object: it knows the forms that are YAML.
func ForeignObject(n *yaml.Node) (what, fix string) {
	if !isSOPS(n) {
		return "", ""
	}
	return sopsForm.what, sopsForm.fix
}

func formOf(content []byte, forms []foreignForm) (what, fix string) {
	for _, form := range forms {
		if form.is(content) {
			return form.what, form.fix
		}
	}
	return "", ""
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
