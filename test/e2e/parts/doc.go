// Package parts builds the real programs that the end-to-end suite runs: etcd, Kubernetes,
// KWOK, two versions of Argo CD, Gitea, Kustomize, Helm, jq and previewset.
//
// Each program has its own Go module, in the directory of its name, so that the
// requirements of programs do not affect each other or previewset. The folder .cache keeps
// the binaries. The name of a binary contains a fingerprint of its module.
package parts
