// Package redact cleans text from servers and libraries, so that it can be part
// of an error: one printable line of at most 500 bytes, without credentials.
package redact
