// Package forge is what the sources of all forges share: one Source over a small
// API that each forge implements.
//
// It exists so that every forge is trusted as little: an answer is complete or an
// error, a list that moves is read again, credentials go to one host and into no
// error text, and a rate limit holds until it is over. It decides what proves that
// a change ended. What a forge calls things, and where it keeps them, is the part
// of the packages beside it.
//
// It also has what the rest of a forge is made of: the checks of its stanza in the
// configuration (Stanza) and of its webhooks (Verifier).
package forge
