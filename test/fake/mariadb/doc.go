// Package mariadb gives tests a real MariaDB server on a loopback port, with its data
// in a temporary folder.
//
// It never reads the system's MariaDB configuration. The server ends with its test, see
// test/fake/process.
package mariadb
