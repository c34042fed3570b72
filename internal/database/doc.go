// Package database gives each preview a database of its own on a server that
// previews share, and takes it back.
//
// What a preview gets, and whose an object on the server is, is said here; the
// servers are below: postgres and mysql. A server is only ever spoken to as its
// administrator, by the `previewset db` commands, and never by the service.
package database
