package kustomize_test

import (
	"context"
	"fmt"
	"io/fs"
	"strings"
	"testing/fstest"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/kustomize"
)

// mapTree is a repository in memory. Its hashes are paths, because it does not change.
type mapTree struct{ fs.FS }

func (mapTree) Hash(path string) (string, error) { return path, nil }

// An overlay gives a preview its own namespace and image.
func Example() {
	tree := mapTree{fstest.MapFS{
		"base/kustomization.yaml": {Data: []byte("resources: [deployment.yaml]\n")},
		"base/deployment.yaml": {Data: []byte(`apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec: {containers: [{name: shop, image: ghcr.io/acme/shop}]}
`)},
	}}
	renderer, err := kustomize.New(kustomize.Spec{
		RepoURL: "https://git.acme.dev/acme/gitops.git", Base: "base",
		Images: []kustomize.Image{{Name: "ghcr.io/acme/shop", NewTag: "{{.head_short_sha}}"}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	base, err := renderer.Load(tree)
	if err != nil {
		fmt.Println(err)
		return
	}
	preview := generator.Preview{
		Set:    "shop",
		Change: generator.Change{Kind: generator.PullRequest, Number: 42, HeadSHA: "1a2b3c4d5e6f1a2b3c4d5e6f1a2b3c4d5e6f1a2b"},
		Names: generator.Names{
			ID: "pr-42", Application: "shop-pr-42", Namespace: "shop-pr-42", Host: "pr-42.shop.preview.localhost", DBSchema: "shop_pr_42",
		},
	}
	overlay, err := base.Render(context.Background(), preview, "previews/shop/pr-42")
	if err != nil {
		fmt.Println(err)
		return
	}
	manifests, err := base.Build(context.Background(), overlay)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("in", overlay.Dir)
	for line := range strings.SplitSeq(string(manifests), "\n") {
		if line = strings.TrimSpace(line); strings.HasPrefix(line, "namespace: ") || strings.Contains(line, "image: ") {
			fmt.Println(line)
		}
	}
	// Output:
	// in previews/shop/pr-42
	// namespace: shop-pr-42
	// namespace: shop-pr-42
	// namespace: shop-pr-42
	// image: ghcr.io/acme/shop:1a2b3c4d
}
