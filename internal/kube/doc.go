// Package kube is a connection to a Kubernetes API: requests with a bound on
// time and on the bytes of an answer, and the few that are about Secrets.
//
// client-go brings the way to the API: the ServiceAccount's token and CA, which
// it reads again, proxies and kubeconfig. Its typed clients would read answers
// of any size. What is asked of the cluster belongs to internal/argocd and
// internal/database.
package kube
