// Package limit reads input up to a bound. Input above the bound is an error; it is
// never truncated.
package limit
