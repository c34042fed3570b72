// Package preflight verifies, before the first sync, everything that a configuration needs: its
// secrets, the sources, the GitOps repository and Argo CD.
//
// It only reads. Checks continue after a failure where they do not depend on it. The rules
// that it applies belong to the packages that it calls.
package preflight
