// Package limit reads what others send, up to a bound. More than the bound is an error,
// never a shorter answer.
package limit
