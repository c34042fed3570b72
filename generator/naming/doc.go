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
// # How further hosts stay unique
//
// A preview has a host for each host of its base (Namer.Hosts). One of them is Names.Host,
// and each other one is made by a template, or derived. A derived host is L-F.D, where F.D
// is Names.Host with the first label F, and L consists of labels of the base's host. Like
// every name, it is plain or hashed. A hashed host ends in the hash of the Subject in its
// first label, also if F.D is hashed, so no other preview has it.
//
// A template is treated like that of a name: its plain names are in a language, with
// which no other template of any set overlaps. Those of Names.Host come first in all sets,
// so that no Names.Host depends on the templates of further hosts.
//
// A derived host X = L-F.D is plain only if all of these hold:
//
//   - X is a valid host and does not look hashed. Then F does not look hashed either, so
//     F.D is plain, and in a language of Names.Host. A preview that keeps a former
//     Names.Host has no plain derived hosts.
//   - X is in no language of any template, of Names.Host or of a further host.
//   - For each rest s of the first label of X after a dash, except F, s.D is in no language
//     of Names.Host.
//
// So no other preview has X. By the first two, X is neither hashed, nor made by a template.
// Assume that it is also derived from the host F'.D' of another preview, X = L'-F'.D'. Then
// D' = D, and F' is a rest of the first label of X after a dash. F' is not F, because two
// previews do not share Names.Host. F'.D is plain, and so in a language of Names.Host, which
// the third condition excludes.
//
// A wildcard of the base becomes the wildcard of a host that only this preview can have. It
// can match a longer host of another preview, such as api.pr-1.dev. Ingress controllers
// prefer an exact host.
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
