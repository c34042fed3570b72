// Package secret refers to secrets and reads them. The configuration refers to a file
// or an environment variable, and never holds the value.
package secret
