package reconcile

import (
	"testing"
	"time"
)

// What an ApplicationSet, and the Secrets beside it, have to say.
const (
	Owner      = "acme"
	Repo       = "shop"
	Set        = "shop-0"       // of previewset's configuration
	Token      = "plugin-token" // the plugin's
	ForgeToken = "forge-token"
)

// Generate returns the parameter sets of one ApplicationSet, as the controller
// gets them at each reconcile.
type Generate func() ([]map[string]any, error)

// ArgoCD is one release of Argo CD, with goTemplate: true.
type ArgoCD struct {
	Name string // as in "argo-cd 3.5"
	// Plugin returns its plugin generator for Set at a service's URL.
	Plugin func(t testing.TB, baseURL string) Generate
	// PullRequests returns its pull request generator for Owner and Repo at
	// the URL of a GitHub API.
	PullRequests func(t testing.TB, apiURL string) Generate
	// Requeue is how often an ApplicationSet with it reconciles by itself.
	Requeue time.Duration
}
