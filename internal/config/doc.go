// Package config reads the configuration file: strict YAML in which an unknown
// key is an error, with every error told at once and with its line.
//
// It turns text into values of the domain (generator.Selection and so on). It
// opens no connection, and reads secrets only when Secret.Read is called. What is made
// of a configuration belongs to internal/wiring.
package config
