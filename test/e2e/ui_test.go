package e2e_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"testing"

	"github.com/previewset/previewset/test/e2e/stack"
)

// testUI checks the data from argocd-server that its UI shows for a preview.
func testUI(t *testing.T, fx *fixture) {
	if _, err := fx.ApplyExample(t.Context(), "pull-requests"); err != nil {
		t.Fatal(err)
	}
	number, _, err := fx.Forge.Open(t.Context(), "ui", "Check the UI", "preview")
	must(t, err)
	name := fmt.Sprintf("shop-pr-%d", number)
	fx.awaitHealthy(t, name, "")
	preview := fmt.Sprintf("https://pr-%d.shop.preview.localhost", number)
	pull := fmt.Sprintf("%s/acme/shop/pulls/%d", fx.Gitea.URL, number)

	var tile struct {
		Spec struct {
			Info []struct{ Name, Value string }
		}
		Status struct {
			Health  struct{ Status string }
			Summary struct {
				ExternalURLs []string
				Images       []string
			}
		}
	}
	links := []string{"Preview|" + preview, fmt.Sprintf("Pull request #%d|%s", number, pull)}
	await(t, "the tile has links, health and image", func(ctx context.Context) error {
		if err := fx.getArgoCD(ctx, "/api/v1/applications/"+name, &tile); err != nil {
			return err
		}
		for _, link := range links {
			if !slices.Contains(tile.Status.Summary.ExternalURLs, link) {
				return fmt.Errorf("links %q, want %q", tile.Status.Summary.ExternalURLs, link)
			}
		}
		if tile.Status.Health.Status != "Healthy" || len(tile.Status.Summary.Images) != 1 {
			return fmt.Errorf("status %+v", tile.Status)
		}
		return nil
	})
	for i, want := range []string{preview, pull} {
		if len(tile.Spec.Info) != 2 || tile.Spec.Info[i].Value != want {
			t.Errorf("spec.info %v, want %s at index %d", tile.Spec.Info, want, i)
		}
	}
	fx.checkTree(t, name, links)
	fx.allow(name)
	must(t, fx.Forge.Close(number))
	fx.awaitDeleted(t, name)
}

// resourceTree is the tree of an Application's objects.
type resourceTree struct {
	Nodes []struct {
		Kind, Name, Namespace string
		Health                *struct{ Status string }
		NetworkingInfo        struct{ ExternalURLs []string }
	}
}

// checkTree checks the objects in the tree of an Application, and the links of its
// Namespace.
func (fx *fixture) checkTree(t *testing.T, name string, links []string) {
	t.Helper()
	await(t, "the tree of "+name+" is complete", func(ctx context.Context) error {
		var tree resourceTree
		if err := fx.getArgoCD(ctx, "/api/v1/applications/"+name+"/resource-tree", &tree); err != nil {
			return err
		}
		return tree.check(links)
	})
}

func (r resourceTree) check(links []string) error {
	kinds := map[string]int{}
	for _, node := range r.Nodes {
		kinds[node.Kind]++
		if node.Health != nil && node.Health.Status != "Healthy" {
			return fmt.Errorf("%s %s is %s", node.Kind, node.Name, node.Health.Status)
		}
		if node.Kind == "Namespace" && !slices.Equal(slices.Sorted(slices.Values(node.NetworkingInfo.ExternalURLs)), links) {
			return fmt.Errorf("links of the Namespace: got %q, want %q", node.NetworkingInfo.ExternalURLs, links)
		}
	}
	for _, kind := range []string{"Namespace", "ConfigMap", "Service", "Deployment", "ReplicaSet", "Pod", "Ingress"} {
		if kinds[kind] == 0 {
			return fmt.Errorf("the tree has no %s: %v", kind, kinds)
		}
	}
	return nil
}

func (fx *fixture) getArgoCD(ctx context.Context, path string, into any) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, fx.ArgoCD.URL+path, nil)
	if err != nil {
		return err
	}
	data, err := stack.Send(request)
	if err != nil {
		return err
	}
	return json.Unmarshal(data, into)
}
