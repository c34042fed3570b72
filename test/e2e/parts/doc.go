// Package parts builds the real programs that the end-to-end suite runs:
// etcd, Kubernetes, KWOK, Argo CD in two versions, Gitea, Kustomize and
// previewset itself.
//
// Each comes from a Go module of its own, the directory of its name, so that no
// requirement of one meets another's or previewset's. What is built stays in
// the folder .cache, under a name that changes with its module.
package parts
