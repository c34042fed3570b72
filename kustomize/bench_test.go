package kustomize_test

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"sync"
	"testing"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/kustomize"
)

// sixResources returns a base of six objects: what a small service has.
func sixResources(t testing.TB) *kustomize.Base {
	contents := map[string]string{
		"apps/shop/base/kustomization.yaml": "resources: [deployment.yaml, service.yaml, ingress.yaml, others.yaml]\n" +
			"configMapGenerator:\n- name: settings\n  literals: [colour=blue]\n",
		"apps/shop/base/others.yaml": "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: shop\n---\n" +
			"apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata:\n  name: data\nspec:\n  accessModes: [ReadWriteOnce]\n",
	}
	for _, name := range []string{"deployment.yaml", "service.yaml", "ingress.yaml"} {
		content, err := os.ReadFile("testdata/deployment/tree/apps/shop/base/" + name)
		if err != nil {
			t.Fatal(err)
		}
		contents["apps/shop/base/"+name] = string(content)
	}
	return load(t, kustomize.Spec{
		Base:   "apps/shop/base",
		Images: []kustomize.Image{{Name: "ghcr.io/acme/shop", NewTag: "{{.head_sha}}"}},
	}, files(contents))
}

// numbered returns the preview of pull request n.
func numbered(n int) generator.Preview {
	p := pullRequest()
	p.Number = int64(n)
	p.ID = fmt.Sprintf("pr-%d", n)
	p.Application = "shop-" + p.ID
	p.Namespace = p.Application
	p.Host = p.ID + ".shop.preview.localhost"
	p.DBSchema = fmt.Sprintf("shop_pr_%d", n)
	return p
}

// BenchmarkRender1000 loads a base, and renders and checks 1,000 overlays on
// all processors.
func BenchmarkRender1000(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		base := sixResources(b)
		each(b, 1000, func(p generator.Preview, dir string) (kustomize.Overlay, error) {
			return base.Render(context.Background(), p, dir)
		})
	}
	b.ReportMetric(1000*float64(b.N)/b.Elapsed().Seconds(), "overlays/s")
}

// BenchmarkDraft1000 does not build them: what a sync costs after a start when
// nothing changed.
func BenchmarkDraft1000(b *testing.B) {
	base := sixResources(b)
	b.ReportAllocs()
	for b.Loop() {
		each(b, 1000, base.Draft)
	}
	b.ReportMetric(1000*float64(b.N)/b.Elapsed().Seconds(), "overlays/s")
}

// each makes n overlays on all processors.
func each(t testing.TB, n int, overlay func(p generator.Preview, dir string) (kustomize.Overlay, error)) {
	t.Helper()
	next := make(chan int)
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for i := range next {
				p := numbered(i + 1)
				if _, err := overlay(p, "previews/shop/"+p.ID); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	wg.Wait()
}
