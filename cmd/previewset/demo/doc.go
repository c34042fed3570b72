// Package demo shows previewset at work: it runs the real service on repositories
// that it makes in a temporary folder, asks it as Argo CD does, and prints what
// happens. It needs the git command and no network.
//
// Flags, colours and the other subcommands belong to cmd/previewset, which hands
// them in.
package demo
