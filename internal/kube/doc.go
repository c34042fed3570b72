// Package kube sends requests to a Kubernetes API, with a bound on the time of a
// request and the bytes of a response, and reads and writes Secrets.
//
// client-go provides the transport: kubeconfig, proxies, and the ServiceAccount's
// token and CA, which it reloads. Its typed clients are not used: they read responses
// of any size. internal/argocd and internal/database decide what to request.
package kube
