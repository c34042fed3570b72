package object

import "sigs.k8s.io/kustomize/kyaml/yaml"

// Unparsable returns the reason and the remedy if a tool stored content in a form that
// Kustomize can't parse, or "".
func Unparsable(content []byte) (what, fix string) {
	if what, fix := formOf(content, foreignForms); what != "" {
		return what, fix
	}
	return formOf(content, armoredForms)
}

// Foreign returns the reason and the remedy if a tool stored content in a form that only
// this tool can read, or "". It knows SOPS, and all forms of Unparsable that an application
// does not read itself.
func Foreign(content []byte) (what, fix string) {
	if what, fix := formOf(content, foreignForms); what != "" {
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
