// Package database creates, drops and sweeps the databases of previews on a shared
// server.
//
// It defines what a preview gets and which preview owns an object. The subpackages
// postgres and mysql implement Server. Only the `previewset db` commands connect to a
// server, as its administrator; the service never does.
package database
