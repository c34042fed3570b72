// Package kinds knows which kinds are cluster-wide and which are namespaced.
//
// The knowledge is data: tables of groups (table_*.go), each with the source of its
// scopes. A kind has one scope for all its versions. If two versions differ, the kind is
// cluster-wide, which is the safe answer: a preview must not have such objects. This
// package does not know previews: package policy decides what the scopes mean for them.
package kinds
