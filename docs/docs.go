// Package docs has the parts of the documentation that the program prints.
package docs

import _ "embed"

// ConfigurationSchema is the JSON Schema, of draft 7, of the configuration file and of the
// files that it includes.
//
//go:embed configuration.schema.json
var ConfigurationSchema string
