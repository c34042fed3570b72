package config_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/previewset/previewset/internal/config"
)

// TestEveryDefault checks every field of the smallest configuration that has all
// parts. The documentation promises these values.
func TestEveryDefault(t *testing.T) {
	t.Parallel()
	got := parse(t, withSetKeys("  overlay: {base: apps/shop, adminNamespace: admin, database: {engine: postgres}}\n")+"argocd:\n")
	removals, percent, atLeast := 10, 50, 3
	want := &config.Config{
		APIVersion: "previewset.dev/v1alpha1", Kind: "Config", Auth: config.Auth{TokenEnv: "TOKEN"},
		Poll: config.Duration(time.Minute), MaxAge: config.Duration(time.Hour),
		GitOps: &config.GitOps{
			URL: "https://git.acme.dev/gitops.git", Branch: "main", Path: "previews",
			Author: config.Author{Name: "previewset", Email: "previewset@localhost"},
		},
		ArgoCD: &config.ArgoCD{Namespace: "argocd", ConfigMap: "previewset"},
		Sets: []config.Set{{
			Name: "shop", Select: config.Select{Branches: &config.Branches{}},
			Overlay: &config.Overlay{Base: "apps/shop", AdminNamespace: "admin", Database: &config.Database{Engine: "postgres", Strategy: "schema"}},
			Guard:   config.Guard{Removals: &removals, Percent: &percent, AtLeast: &atLeast},
		}},
	}
	got.Sets[0].Source = config.Source{} // has its own tests, and functions
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if forks := parse(t, pullRequestsOfGitHub).Sets[0].Select.PullRequests.Forks; forks != "deny" {
		t.Errorf("got forks %q, want deny", forks)
	}
}

const pullRequestsOfGitHub = `apiVersion: previewset.dev/v1alpha1
kind: Config
auth: {tokenEnv: TOKEN}
sets:
- name: shop
  source: {github: {owner: acme, repo: shop}}
  select: {pullRequests: {}}
`
