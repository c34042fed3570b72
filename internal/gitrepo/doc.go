// Package gitrepo reads and writes branches of a remote Git repository without
// a clone: it speaks Git's pack protocol and transfers only the objects that an
// operation needs. It does not depend on previews.
//
// No library does that: go-git's fetch has no object filter, and go-git makes
// commits in a work tree. This package uses go-git's encoders and decoders of the
// protocol (version 0, SHA-1 objects). It has its own transports for SSH and
// local repositories, so that every wait ends with the context and every answer is
// bounded.
//
// A Remote reads references and objects. Push moves one branch forward to commits
// of this package, with compare and swap. The package never forces, deletes or
// creates a branch, and writes nothing to disk.
//
// Credentials are read each time they are used, are sent in headers only, and are
// removed from every error text.
package gitrepo
