// Package gitrepo reads and writes branches of a remote Git repository without
// a clone: it speaks Git's pack protocol and moves only the objects that an
// operation needs. It knows nothing of previews.
//
// No library does that: go-git's fetch has no filter of objects, and its commits
// are made in a work tree. So this package stands on go-git's encoders and decoders
// of the protocol (version 0, SHA-1 objects), with transports of its own for SSH and
// local repositories, so that every wait ends with the context and every answer is
// bounded.
//
// What may be touched here: a Remote reads references and objects, and Push
// moves one branch forward, by commits made here, with compare and swap. Nothing
// here forces, deletes or makes a branch, and nothing is written to disk.
//
// Credentials are read when they are used, travel in headers only, and are
// taken out of every error text.
package gitrepo
