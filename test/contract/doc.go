// Package contract runs Argo CD's own ApplicationSet controller, as released,
// against the real previewset service, and settles what Argo CD makes of its
// answers.
//
// It is a Go module of its own, so that nobody who builds previewset has to
// build Argo CD. Only tests live here; what they need of a forge and of Git
// comes from the root module's test/fake/github and test/fake/git.
package contract
