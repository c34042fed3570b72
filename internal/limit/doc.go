// Package limit reads what others send, up to a bound. Reaching the bound is an error,
// never a shorter answer.
package limit
