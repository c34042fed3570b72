// Package config reads the configuration file and the files that it includes: strict YAML,
// in which an unknown key is an error. It reports all problems together, each with its line.
//
// It converts the file to domain values such as generator.Selection. It opens no
// connection and reads no secrets. internal/wiring makes the parts of the program from
// a configuration.
package config
