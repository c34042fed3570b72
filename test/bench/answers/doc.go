// Package answers benchmarks the plugin's answers: goal 1 of docs/performance.md.
//
// The peer is an Echo handler that writes the same bytes from memory. It is the lower
// bound on this machine: it checks no token and does not read the request body. Both
// sides run in previewset's HTTP server, with its timeouts. The same client sends the
// requests over loopback, on persistent connections.
package answers
