// Package redact prepares text from servers and libraries for use in an error: it
// returns one printable line of at most 500 bytes, without credentials.
package redact
