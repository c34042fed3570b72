// Package world puts the real parts together as a team would: a forge with an
// application and a GitOps repository, a cluster with Argo CD, and previewset
// installed from its manifests, with the rights that they give it.
package world
