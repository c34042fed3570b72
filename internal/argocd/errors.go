package argocd

import "errors"

// ErrNotInstalled means that the cluster has no resource ApplicationSet. Package kube
// defines the other errors.
var ErrNotInstalled = errors.New("the cluster has no resource ApplicationSet: install Argo CD, or remove the key argocd from the configuration")
