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

// testSeen asks argocd-server for what its UI draws of a preview.
func testSeen(t *testing.T, b *bed) {
	if _, err := b.ApplyExample(t.Context(), "pull-requests"); err != nil {
		t.Fatal(err)
	}
	number, _, err := b.Forge.Open(t.Context(), "seen", "To be seen", "preview")
	must(t, err)
	name := fmt.Sprintf("shop-pr-%d", number)
	b.awaitHealthy(t, name, "")
	preview := fmt.Sprintf("https://pr-%d.shop.preview.localhost", number)
	pull := fmt.Sprintf("%s/acme/shop/pulls/%d", b.Gitea.URL, number)

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
	await(t, "what is on the tile", func(ctx context.Context) error {
		if err := b.askArgoCD(ctx, "/api/v1/applications/"+name, &tile); err != nil {
			return err
		}
		for _, link := range links {
			if !slices.Contains(tile.Status.Summary.ExternalURLs, link) {
				return fmt.Errorf("%q is not among %q", link, tile.Status.Summary.ExternalURLs)
			}
		}
		if tile.Status.Health.Status != "Healthy" || len(tile.Status.Summary.Images) != 1 {
			return fmt.Errorf("it shows %+v", tile.Status)
		}
		return nil
	})
	for i, want := range []string{preview, pull} {
		if len(tile.Spec.Info) != 2 || tile.Spec.Info[i].Value != want {
			t.Errorf("the information is %v, want %s in place %d", tile.Spec.Info, want, i)
		}
	}
	b.checkTree(t, name, links)
	b.allow(name)
	must(t, b.Forge.Close(number))
	b.awaitGone(t, name)
}

// resources is the tree of an Application's objects.
type resources struct {
	Nodes []struct {
		Kind, Name, Namespace string
		Health                *struct{ Status string }
		NetworkingInfo        struct{ ExternalURLs []string }
	}
}

// checkTree looks at the objects in the tree of an Application, and at the
// links on its Namespace.
func (b *bed) checkTree(t *testing.T, name string, links []string) {
	t.Helper()
	await(t, "the tree of "+name, func(ctx context.Context) error {
		var tree resources
		if err := b.askArgoCD(ctx, "/api/v1/applications/"+name+"/resource-tree", &tree); err != nil {
			return err
		}
		return tree.check(links)
	})
}

func (r resources) check(links []string) error {
	kinds := map[string]int{}
	for _, node := range r.Nodes {
		kinds[node.Kind]++
		if node.Health != nil && node.Health.Status != "Healthy" {
			return fmt.Errorf("%s %s is %s", node.Kind, node.Name, node.Health.Status)
		}
		if node.Kind == "Namespace" && !slices.Equal(slices.Sorted(slices.Values(node.NetworkingInfo.ExternalURLs)), links) {
			return fmt.Errorf("the Namespace links to %q, not %q", node.NetworkingInfo.ExternalURLs, links)
		}
	}
	for _, kind := range []string{"Namespace", "ConfigMap", "Service", "Deployment", "ReplicaSet", "Pod", "Ingress"} {
		if kinds[kind] == 0 {
			return fmt.Errorf("the tree has no %s: %v", kind, kinds)
		}
	}
	return nil
}

func (b *bed) askArgoCD(ctx context.Context, path string, into any) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, b.ArgoCD.URL+path, nil)
	if err != nil {
		return err
	}
	data, err := stack.Ask(request)
	if err != nil {
		return err
	}
	return json.Unmarshal(data, into)
}
