// Package edits finds, in the objects of a base, which values an overlay sets, and which it
// leaves.
//
// An Edit is one field of an object with hosts, namespaces or an image of the base. An Editor
// finds the edits of each object, and the values that stay although they could lead out of
// the preview. It also refuses built objects in which two rules have one host.
//
// Package kustomize/fields knows which fields have such values. This package does not know
// how an overlay is written: package kustomize makes patches from edits.
//
// The order of the files is, from the bottom:
//
//   - edit.go: an edit, and its text in a preview;
//   - copied_hosts.go, namespaces.go, listeners.go: the hosts that components copy, the
//     namespaces of a base, and the listeners of its routes;
//   - editor.go: what is known of a base;
//   - collisions.go, covered_hosts.go, narrowed_hosts.go, hosts.go, moves.go, image_fields.go:
//     the edits of one kind of value;
//   - edits.go: all edits;
//   - remedies.go, left_texts.go: the texts that stay, and the remedies for them;
//   - left_hosts.go, left_namespaces.go: one kind of value that stays, left.go: all, and
//     unattached.go: routes without requests.
package edits
