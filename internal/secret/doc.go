// Package secret says where a secret is, and reads it there. The configuration
// names places and never holds a value.
package secret
