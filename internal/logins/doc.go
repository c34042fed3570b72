// Package logins finds the login that the user of a machine already has for a server: in
// environment variables, in a netrc file, or from Git's credential helpers. A login is
// found only for the server that it belongs to. The package makes no request, and never
// asks the user.
package logins
