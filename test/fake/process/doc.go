// Package process runs programs for tests: database servers (test/fake/mariadb,
// test/fake/postgres) and previewset (test/fake/previewset). Each program runs in a
// process that ends with its test.
//
// On Linux the process also ends when the test process is killed. On other systems a
// killed test leaves it running.
//
// The arguments and the protocol of a program belong in its own package.
package process
