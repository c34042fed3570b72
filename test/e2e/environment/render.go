package environment

import (
	"context"
	"path/filepath"
)

// LibraryNamespace is the namespace of the manifests that Render returns.
const LibraryNamespace = "library-br-main"

// Render returns the manifests of a preview of acme/shop's main branch, for a set with the
// given overlay on apps/shop/base.
func (e *Environment) Render(ctx context.Context, overlay map[string]any) ([]byte, error) {
	dir := filepath.Dir(e.Service.Config)
	file := filepath.Join(dir, "library.yaml")
	merged := map[string]any{"base": "apps/shop/base"}
	for key, value := range overlay {
		merged[key] = value
	}
	if err := writeYAML(file, map[string]any{
		"apiVersion": "previewset.dev/v1alpha1", "kind": "Config",
		"auth": map[string]any{"tokenFile": filepath.Join(dir, "token")},
		"gitops": map[string]any{
			"url": e.Forge.CloneURL(GitOps), "passwordFile": filepath.Join(dir, "forge-token"),
		},
		"sets": []any{map[string]any{
			"name": "library", "source": source(e.Gitea.URL, Shop, dir), "overlay": merged,
			"select": map[string]any{"branches": map[string]any{"include": []any{"main"}}},
		}},
	}); err != nil {
		return nil, err
	}
	return e.Previewset(ctx, "render", "--build", "--config", file, "br-main")
}

// Definitions returns the files of the CustomResourceDefinitions that the library's
// components use.
func (e *Environment) Definitions(ctx context.Context) ([]string, error) {
	return e.parts.Definitions(ctx)
}
