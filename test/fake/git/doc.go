// Package git gives tests real Git: bare repositories made with the git
// command, git's own smart HTTP server on a loopback port, and an SSH server
// that runs git's own programs.
//
// All that it makes lies in t.TempDir() and ends with the test. The user's and the
// system's Git configuration are never read, and names and dates are fixed, so
// that equal histories have equal hashes on every machine.
package git
