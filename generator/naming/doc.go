// Package naming names previews and their parts. It gives two guarantees, for any
// templates. Two changes, or two variants of one change, never share a name, in one
// set or across sets. And a name is a pure function of the change, the variant and
// the configuration: it is the same after a restart, on another replica and a year later.
//
// # How names stay unique
//
// A name is plain or hashed. A hashed name ends in a separator and ten characters,
// which are a hash of the Subject (subject.go). In a host, the first label ends in
// them. A name with such an ending is never plain. So no plain name equals a hashed
// one, and two hashed names are equal only if their hashes are equal.
//
// A name is plain only if all of these hold:
//
//   - The template makes a different value for every change of the set in every
//     variant (see keyTemplate and isDistinct).
//   - The value is a valid name without any replacement.
//   - No set that comes earlier in the configuration can have the value as a plain name
//     (see overlap).
//
// # What must not change
//
// Running environments are identified by these names. A change of the output deletes
// and recreates all of them, with their data. TestGoldenNames pins the names; a
// change that makes it fail is a breaking change. For this reason, the package does
// not depend on Unicode tables or on other modules. From package generator it uses
// the types of a preview, and no function with a result that can change.
//
// The package handles strings only: no I/O, no clock, no state.
package naming
