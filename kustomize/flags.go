package kustomize

import (
	"encoding/json"
	"strconv"
	"strings"
)

// flagsFile is the key in the ConfigMap with a preview's flags for flagd.
const flagsFile = "flags.json"

// flagDefinition is one flag of flagd's document
// (https://flagd.dev/schema/v0/flags.json).
type flagDefinition struct {
	State          string         `json:"state"`
	Variants       map[string]any `json:"variants"`
	DefaultVariant string         `json:"defaultVariant"`
}

// flagdDocument converts the parameter flags, such as "checkout=off,theme=dark", to a
// document for flagd: on, off, true and false become booleans, numbers become numbers,
// and all other values are strings.
func flagdDocument(flags string) string {
	definitions := map[string]flagDefinition{}
	for pair := range strings.SplitSeq(flags, ",") {
		if name, value, ok := strings.Cut(pair, "="); ok {
			definitions[name] = definitionOf(value)
		}
	}
	// Maps of strings, booleans and finite numbers can always be encoded.
	data, _ := json.Marshal(map[string]any{"flags": definitions})
	return string(data)
}

func definitionOf(value string) flagDefinition {
	const enabled = "ENABLED"
	switch value {
	case "on", "true":
		return flagDefinition{enabled, map[string]any{"on": true, "off": false}, "on"}
	case "off", "false":
		return flagDefinition{enabled, map[string]any{"on": true, "off": false}, "off"}
	}
	var v any = value
	if n, err := strconv.ParseFloat(value, 64); err == nil && n-n == 0 { // neither infinite nor NaN
		v = n
	}
	return flagDefinition{enabled, map[string]any{"value": v}, "value"}
}
