// Package process runs programs for tests, each in a process that lives no longer
// than its test: database servers (test/fake/mariadb, test/fake/postgres) and
// previewset (test/fake/previewset).
//
// On Linux a process also ends when the process of the test dies, however that
// happens. Elsewhere a test that is killed leaves it running.
//
// What a program is started with and how it is asked belongs in its own package.
package process
