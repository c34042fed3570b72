package reconcile

import (
	"testing"
	"time"
)

// Values for the ApplicationSets and Secrets of the benchmarks.
const (
	Owner      = "acme"
	Repo       = "shop"
	Set        = "shop-0"       // set in previewset's configuration
	Token      = "plugin-token" // token of the plugin
	ForgeToken = "forge-token"
)

// Generate returns the parameter sets of one ApplicationSet, as the controller gets them
// at each reconcile.
type Generate func() ([]map[string]any, error)

// ArgoCD is a release of Argo CD. Its ApplicationSets have goTemplate: true.
type ArgoCD struct {
	Name string // "argo-cd 3.5"
	// Plugin returns the plugin generator for Set at the URL of a service.
	Plugin func(t testing.TB, baseURL string) Generate
	// PullRequests returns the pull request generator for Owner and Repo at the URL of a
	// GitHub API.
	PullRequests func(t testing.TB, apiURL string) Generate
	// Requeue is the default requeue interval of an ApplicationSet with the pull request
	// generator.
	Requeue time.Duration
}
