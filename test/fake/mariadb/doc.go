// Package mariadb gives tests a real MariaDB: a server of its own on a
// loopback port, with its data in a temporary folder.
//
// The system's configuration of MariaDB is never read, and the server ends with the
// test, or with the test's process if that is killed.
package mariadb
