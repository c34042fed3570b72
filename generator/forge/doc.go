// Package forge implements one Source for all forges, over a small API that each forge
// implements.
//
// The package applies the same checks to every forge. An answer is complete, or it is
// an error. A list that changes while it is read is read again. Credentials are sent to
// one host and never appear in an error. While a rate limit lasts, no request is sent.
//
// NewFeedback does the same for what previewset writes on a forge. Activity keeps that from
// counting as activity of a pull request.
//
// The package also decides which evidence proves that a change ended (ending.go). For
// plain Git, which lists all branches in one advertisement, package pipeline decides
// this. The API of each forge is in a package next to this one.
//
// The package also defines the interfaces for a forge's stanza in the configuration
// (Stanza) and for its webhooks (Verifier).
package forge
