package closure

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"github.com/previewset/previewset/kustomize/object"
)

// worded returns the message for an error of Kustomize, and the object in it ("Kind
// name"), or "". Other errors are returned without names of Go types.
func worded(reason string) (text, resource string) {
	for _, convert := range []func(string) (text, resource string){conflict, consideredField, wrongType, tableMessage, syntax} {
		if text, resource := convert(reason); text != "" {
			return object.OneLine(text), resource
		}
	}
	return cleaned(reason), ""
}

func tableMessage(reason string) (text, resource string) {
	for _, m := range messages {
		at := m.pattern.FindStringSubmatchIndex(reason)
		if at == nil {
			continue
		}
		text = named(string(m.pattern.ExpandString(nil, m.text, reason, at)))
		if i := m.pattern.SubexpIndex("object"); i > 0 {
			resource = named(reason[at[2*i]:at[2*i+1]])
		}
		return text, resource
	}
	return "", ""
}

// unfinished returns the message for a file that another tool has to process first, or "".
func unfinished(content []byte) string {
	for _, form := range unfinishedForms {
		if form.pattern.Match(content) {
			return form.text
		}
	}
	return ""
}

// idConflict matches the objects that a `namespace:` would give the same name
// (NamespaceTransformer.go in api/internal/builtins).
var idConflict = regexp.MustCompile(`(?s)namespace transformation produces ID conflict: (\[.*\])`)

// conflict returns the message for idConflict.
func conflict(reason string) (text, resource string) {
	match := idConflict.FindStringSubmatch(reason)
	if match == nil {
		return "", ""
	}
	var objects []struct {
		Kind     string
		Metadata struct {
			Name        string
			Annotations map[string]string
		}
	}
	const several = "several objects with the same kind and name are in different namespaces, and would all be in one"
	const fix = ": rename all but one of them, or remove them with a component"
	// The list has no commas between the objects.
	if err := json.Unmarshal([]byte(strings.ReplaceAll(match[1], "} {", "},{")), &objects); err != nil || len(objects) == 0 {
		return several + fix, ""
	}
	resource, names, namespaces := object.OneLine(objects[0].Kind+" "+objects[0].Metadata.Name), []string{}, []string{}
	for _, o := range objects {
		names = append(names, last(o.Metadata.Annotations[previousNames]))
		namespaces = append(namespaces, last(o.Metadata.Annotations[previousNamespaces]))
	}
	if objects[0].Kind == "Namespace" {
		return fmt.Sprintf("the Namespaces %s would get the same name: keep one of them", object.OneLine(strings.Join(names, " and "))), ""
	}
	for i, namespace := range namespaces {
		if namespace == "" || namespace == "default" {
			namespaces[i] = "default (or none)"
		}
	}
	return object.OneLine("it is in the namespaces "+strings.Join(namespaces, " and ")) + ", and all objects of a preview are in one" + fix, resource
}

// last returns the last item of a comma-separated list.
func last(list string) string { return list[strings.LastIndex(list, ",")+1:] }

// Annotations with which Kustomize remembers the origin of an object during a build
// (api/internal/utils/annotations.go).
const (
	previousNames      = "internal.config.kubernetes.io/previousNames"
	previousNamespaces = "internal.config.kubernetes.io/previousNamespaces"
)

// yamlSyntax matches an error of the YAML parser.
var yamlSyntax = regexp.MustCompile(`(?s)^((?:in the document that begins at line \d+: )?)(?:.*: )?yaml: (?:unmarshal errors:\s*)?(?:line (\d+): )?(.*)`)

// syntax returns the message for yamlSyntax.
func syntax(reason string) (text, _ string) {
	match := yamlSyntax.FindStringSubmatch(reason)
	if match == nil {
		return "", ""
	}
	where := ""
	if match[2] != "" {
		where = " in line " + match[2]
	}
	within := strings.Replace(match[1], ": ", ", ", 1)
	return fmt.Sprintf("%sit is not valid YAML%s (%s): correct the syntax", within, where, object.OneLine(cleaned(match[3]))), ""
}

// cleaned returns an error of Kustomize that has no message, without internals.
func cleaned(reason string) string {
	for _, pattern := range internals {
		reason = pattern.ReplaceAllString(reason, "")
	}
	return object.OneLine(strings.ReplaceAll(named(reason), "RNode", "node"))
}
