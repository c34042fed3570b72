// Package argocd makes Argo CD refresh a set immediately: it annotates the
// ApplicationSets that use the set, and their controller calls the plugin again.
//
// Without the annotation a new preview waits for the ApplicationSet's next requeue.
// The package writes nothing else to the cluster. Setup reads how Argo CD is set up for the
// service, in one namespace, and ApplicationSet.Warnings has the dangerous options of an
// ApplicationSet. internal/service decides when to refresh a set.
package argocd
