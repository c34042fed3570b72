// Package fields knows which fields of which kinds have hosts, namespaces, images and
// containers.
//
// The knowledge is data: tables of kinds and paths (table_*.go), to which a set can add
// rows. This package also has the syntax of paths, and finds the hosts in the text of a
// field. It does not know previews: package kustomize decides which values the fields
// get, and kustomize/policy which values they may have.
package fields
