// Package demo demonstrates previewset: it runs the real service on repositories in
// a temporary folder, sends it the requests of Argo CD, and prints the results. It
// needs the git command and no network.
//
// Flags, colours and the other subcommands belong to cmd/previewset, which passes
// them as Options.
package demo
