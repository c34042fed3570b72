// Package environment starts the real parts together, as a team would install them: a
// forge with an application and a GitOps repository, a cluster with Argo CD, and
// previewset, installed from its manifests with the permissions that they grant.
package environment
