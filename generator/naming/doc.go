// Package naming decides what a preview and its parts are called. It exists so
// that one promise has one home: two changes, or two variants of one, never share
// a name, in one set or across sets, whatever the templates; and a name is a pure
// function of the change, the variant and the config, the same after a restart, on
// another replica, a year later.
//
// # How the promise is kept
//
// A name is plain or hashed. A hashed name ends in a separator and ten
// characters that are a hash of the Subject (subject.go); of a host, its first
// label does. A name that merely looks as if it ended so is never plain, hence
// no plain name equals a hashed one, and two hashed names are equal only if
// their hashes are.
//
// A name is plain only if its template gives every change of the set, in every
// variant, a value of its own (see shape and tellsApart), if nothing in it had to
// be changed to make it valid, and if no set that stands earlier in the config can
// have that value as a plain name (see overlap).
//
// # What may be touched
//
// Every environment that runs is known by these names: a change to what comes
// out deletes and remakes them all, with their data. The test of golden names
// pins them; a change that makes it fail is a breaking one. That is why
// nothing here depends on Unicode tables or on another module. Of package generator
// it uses what a preview is, and no function whose result can change.
//
// The package handles strings only: no I/O, no clock, no state.
package naming
