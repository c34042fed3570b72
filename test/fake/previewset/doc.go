// Package previewset builds previewset and runs it as a separate process, for tests
// that measure or kill the program, or that link other versions of its libraries.
//
// The tests of a package share a Program:
//
//	var program = previewset.New(previewset.Race)
//
//	func TestMain(m *testing.M) { os.Exit(program.Main(m)) }
//
// A process does not inherit the developer's environment and ends with its test, see
// test/fake/process. The test provides the forge, the GitOps repository and the
// configuration. Tests of a single subcommand call Run of cmd/previewset instead, in
// the test process.
package previewset
