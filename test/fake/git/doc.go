// Package git gives tests real Git: bare repositories made with the git command, git's
// own smart HTTP server on a loopback port, and an SSH server that runs git's own
// programs.
//
// Repositories are in t.TempDir() and servers end with the test. The Git configuration
// of the user and of the system is never read. Names and dates are fixed, so equal
// histories have equal hashes on every machine.
package git
