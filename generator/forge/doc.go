// Package forge is what the sources of all forges share: one Source over a small
// API that each forge implements.
//
// It exists so that the same checks hold for every forge: an answer is complete or an
// error, a list that moves is read again, credentials go to one host and into no error
// text, and a rate limit holds until it is over. It decides what proves that a change
// ended (ending.go); for plain Git, whose branches come in one advertisement, package
// pipeline does. The packages beside it know how each forge names things and where it
// keeps them.
//
// It also has the contracts for the rest of a forge: its stanza in the configuration
// (Stanza) and its webhooks (Verifier).
package forge
