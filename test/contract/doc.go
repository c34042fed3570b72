// Package contract runs a released ApplicationSet controller of Argo CD against the real
// previewset service, and checks how Argo CD uses the answers.
//
// It is a separate Go module, so that a build of previewset does not build Argo CD. It
// contains only tests. They use the forge and Git fakes of the root module,
// test/fake/github and test/fake/git.
package contract
