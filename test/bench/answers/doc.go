// Package answers holds the benchmark of the plugin's answers: goal 1 of
// docs/performance.md.
//
// An Echo handler that writes the same bytes from memory is the peer: what an
// answer costs on this machine when nobody checks who asks, or reads what for.
// Both sides have the server that previewset makes, with its time-outs, and are
// asked over loopback by the same client on connections that stay open.
package answers
