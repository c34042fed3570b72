// Package previewset builds previewset and runs it in processes of its own, for tests
// that need the program itself: they measure or kill it, or link other versions of its
// libraries.
//
// The tests of a package share a Program:
//
//	var program = previewset.New(previewset.Race)
//
//	func TestMain(m *testing.M) { os.Exit(program.Main(m)) }
//
// A process has nothing of the developer's environment and ends with its test, see
// test/fake/process. What previewset runs on, a forge, a GitOps repository and a
// configuration, belongs to the test. Tests of a single subcommand call Run of
// cmd/previewset instead, in their own process.
package previewset
