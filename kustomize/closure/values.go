package closure

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// considered matches an error about a field of an object (filters/fieldspec).
var considered = regexp.MustCompile(`(?s)considering field '([^']*)' of object (` + objectID + `): (.*)`)

// wrongNode matches a field of the wrong type (ErrorIfInvalid in kyaml/yaml/fns.go).
var wrongNode = regexp.MustCompile(`wrong node kind: expected (\w+)Node but got (\w+)Node`)

// consideredField returns the message for considered and wrongNode.
func consideredField(reason string) (text, resource string) {
	match, wrong := considered.FindStringSubmatch(reason), wrongNode.FindStringSubmatch(reason)
	switch {
	case match == nil && wrong == nil:
		return "", ""
	case match == nil:
		return fmt.Sprintf("a patch or a replacement finds %s where it expects %s: correct it, or its target", nodeWord(wrong[2]), nodeWord(wrong[1])), ""
	}
	field := strings.ReplaceAll(strings.ReplaceAll(match[1], "/", "."), "[]", "")
	if wrong != nil {
		return fmt.Sprintf("%s is %s and must be %s: correct the field", field, nodeWord(wrong[2]), nodeWord(wrong[1])), named(match[2])
	}
	return fmt.Sprintf("a part of %s is neither a mapping nor a list: correct the field", field), named(match[2])
}

func nodeWord(kind string) string {
	switch kind {
	case "Mapping":
		return "a mapping"
	case "Sequence":
		return "a list"
	}
	return "a text"
}

// goField matches a value of the wrong type in a kustomization or a plugin
// (encoding/json).
var goField = regexp.MustCompile(`cannot unmarshal (\w+) into Go (?:struct field \w+\.(\S+)|value) of type (\S+)`)

// yamlField is goField of the YAML parser.
var yamlField = regexp.MustCompile("cannot unmarshal !!(\\w+)(?: `[^`]*`)? into (\\S+)")

// wrongType returns the message for goField and yamlField.
func wrongType(reason string) (text, _ string) {
	field, got, want := "", "", ""
	if match := goField.FindStringSubmatch(reason); match != nil && !listed.MatchString(reason) {
		field, got, want = match[2], match[1], match[3]
	} else if match := yamlField.FindStringSubmatch(reason); match != nil {
		got, want = match[1], match[2]
	} else {
		return "", ""
	}
	field = embedded.ReplaceAllString(field, "")
	switch {
	case field == "":
		field = "a value"
	case mapField.MatchString(field) && want == "string":
		field = "a value of " + field
	}
	fix := "correct the value"
	if want == "string" && slices.Contains([]string{"number", "bool", "int", "float"}, got) {
		fix = "put the value in quotes"
	}
	if match := plugin.FindStringSubmatch(reason); match != nil {
		field = named(match[1]) + ": " + field
		return fmt.Sprintf("%s is %s and must be %s: %s", strings.Replace(field, ":", ",", 1), typeWord(got), typeWord(want), fix), ""
	}
	return fmt.Sprintf("%s is %s and must be %s: %s", field, typeWord(got), typeWord(want), fix), ""
}

// listed matches errors with a type that have a row in messages.
var listed = regexp.MustCompile(`loading CRDs|decoding \[|jsonpatch\.Patch`)

// embedded matches the names of embedded types in goField.
var embedded = regexp.MustCompile(`\b[A-Z]\w*\.`)

// mapField matches the fields of a kustomization with keys that users choose.
var mapField = regexp.MustCompile(`(?i)(^commonLabels|^commonAnnotations|pairs|labels|annotations)$`)

// plugin matches the plugin of an error.
var plugin = regexp.MustCompile(`plugin (` + objectID + `) fails configuration`)

// typeWord returns a type of Go, JSON or YAML in words.
func typeWord(name string) string {
	switch {
	case strings.HasPrefix(name, "[]"), name == "array", name == "seq", strings.HasSuffix(name, "Slice"):
		return "a list"
	case strings.HasPrefix(name, "int"), strings.HasPrefix(name, "uint"), strings.HasPrefix(name, "float"), name == "number":
		return "a number"
	case name == "bool":
		return "a boolean"
	case name == "string", name == "str":
		return "a text"
	}
	return "a mapping"
}
