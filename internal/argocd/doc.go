// Package argocd makes Argo CD look at a set again at once: it marks the
// ApplicationSets that use the set, and their controller asks the plugin anew.
//
// Without it a new preview waits for the ApplicationSet's next requeue. The mark
// is one annotation; nothing else in the cluster is written, and nothing but
// ApplicationSets of one namespace is read. When to mark belongs to internal/service.
package argocd
