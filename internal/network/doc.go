// Package network bounds the time of connections, and describes their errors in words for
// people. It makes no connection.
package network
