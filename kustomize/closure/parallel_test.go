package closure_test

import (
	"sync"
	"testing"

	"sigs.k8s.io/kustomize/kyaml/openapi"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/previewset/previewset/kustomize/closure"
)

// TestFirstConcurrentBuildLoadsNoSchema builds for the first time in a process while others look up
// the scope of kinds, as all builds do. The race detector reports a build that loads
// Kustomize's schema at that time.
func TestFirstConcurrentBuildLoadsNoSchema(t *testing.T) {
	tree := files(map[string]string{
		"base/kustomization.yaml": "resources: [web.yaml]\npatches: [{path: patch.yaml}]\n",
		"base/web.yaml":           "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 80}]}\n",
		"base/patch.yaml":         "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 80, name: http}]}\n",
	})
	read := func() *closure.Closure {
		c, err := closure.Read(tree, []string{"base"})
		if err != nil {
			t.Error(err)
		}
		return c
	}
	for range 5 {
		openapi.ResetOpenAPI()
		var lookups sync.WaitGroup
		for range 8 {
			lookups.Go(func() {
				read()
				for range 50_000 {
					openapi.IsNamespaceScoped(yaml.TypeMeta{APIVersion: "example.com/v1", Kind: "Widget"})
				}
			})
		}
		if _, err := read().Build("base", nil); err != nil {
			t.Error(err)
		}
		lookups.Wait()
	}
}
