// Package webhook verifies what a forge sends and says which repository
// changed. There is one file for each forge.
//
// It exists so that a webhook means no more than "look again": nothing of a
// payload is believed but the repository's name and host, so a forged or late
// one can cost a list and change nothing. It does no I/O, and knows nothing of
// HTTP but headers.
package webhook
