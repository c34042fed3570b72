// Package cached lets many ask a source and asks it once: a decorator of
// generator.Source that joins calls that ask for the same and keeps the answer
// for a while.
//
// It exists so that several sets on one repository, and a burst of webhooks,
// cost one list, and one look-up of each change that left it. It holds only what
// a source answered whole: errors are never kept, and an answer is never older
// than the time it is kept for, nor an ending older than the last list.
package cached
