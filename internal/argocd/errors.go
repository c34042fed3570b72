package argocd

import "errors"

// ErrNotInstalled means that the cluster has no ApplicationSets. Other errors
// are those of kube.
var ErrNotInstalled = errors.New("this cluster has no ApplicationSets: install Argo CD, or take argocd out of the configuration")
