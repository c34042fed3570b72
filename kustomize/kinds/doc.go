// Package kinds knows which kinds are cluster-wide and which are namespaced.
//
// The knowledge is data: tables of groups (table_*.go), each with the source of its
// scopes. A source that names a repository or a Go module has the definitions of the kinds.
// A source that begins with "documentation" has none; the scopes are from what is known
// about the project.
//
// A kind has one scope for all its versions. If two versions differ, the kind is
// cluster-wide, which is the safe answer: a preview must not have such objects. This
// package does not know previews: package policy decides what the scopes mean for them.
package kinds
