package kustomize_test

import (
	"bytes"
	"flag"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/kustomize"
)

var update = flag.Bool("update", false, "write the golden files")

// manifestsFile is the golden file with the built manifests.
const manifestsFile = "manifests.yaml"

func TestGolden(t *testing.T) {
	shop := kustomize.Spec{RepoURL: "https://git.acme.dev/gitops.git", Base: "apps/shop/base"}
	onEveryNode := shop
	onEveryNode.Allow = []string{"daemon-set"}
	tests := []struct {
		name    string
		tree    string
		spec    kustomize.Spec
		preview func() generator.Preview
	}{
		{"deployment", "deployment", shop, pullRequest},
		{"routes", "routes", shop, pullRequest},
		{"stateful", "stateful", onEveryNode, pullRequest},
		{"namespace", "namespace", shop, pullRequest},
		{"branch", "stateful", onEveryNode, branch},
		{"components", "components", kustomize.Spec{
			Base: "apps/shop/base", Components: []string{"components/quota", "components/worker/"},
		}, pullRequest},
		{"images", "deployment", kustomize.Spec{
			Base:        "apps/shop/base",
			Images:      []kustomize.Image{{Name: "ghcr.io/acme/shop", NewName: "registry.acme.dev/{{.repository}}", NewTag: "{{.head_sha}}"}},
			Labels:      map[string]string{"acme.dev/team": "shop", "acme.dev/change": "{{.id}}"},
			Annotations: map[string]string{"acme.dev/title": "{{.title}}"},
		}, pullRequest},
		{"hostile", "namespace", shop, hostile},
		{"admin", "admin", kustomize.Spec{
			Base: "apps/shop/base", Components: []string{"components/database"}, AdminNamespace: "shop-admin",
			Images: []kustomize.Image{{Name: "postgres", NewTag: "18"}},
		}, pullRequest},
		{"database", "deployment", withDatabase(kustomize.Database{
			Engine: "postgres", Strategy: "schema", AdminSecret: "postgres", Image: "ghcr.io/previewset/previewset:v1",
			Open: []string{"postgres", "template1"}, ConnectionLimit: 5,
			Migrate: &kustomize.Task{Image: "ghcr.io/acme/shop:{{.head_sha}}", Command: []string{"/migrate", "up"}, Back: []string{"/migrate", "down", "1"}},
			Seed:    &kustomize.Task{Image: "ghcr.io/acme/shop:{{.head_sha}}", Args: []string{"seed"}},
		}), pullRequest},
		{"server", "deployment", withDatabase(kustomize.Database{Engine: "postgres", Strategy: "cloudnative-pg", Storage: "5Gi"}), pullRequest},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			base := load(t, tt.spec, tree{os.DirFS(filepath.Join("testdata", tt.tree, "tree"))})
			o := render(t, base, tt.preview())
			got := maps.Clone(o.Files)
			got[manifestsFile] = []byte(build(t, base, o))
			compare(t, filepath.Join("testdata", tt.name, "golden"), got)
		})
	}
}

// withDatabase returns the spec of shop with a database. The golden files include the
// library files that are copied into an entry.
func withDatabase(d kustomize.Database) kustomize.Spec {
	return kustomize.Spec{Base: "apps/shop/base", AdminNamespace: "previewset-db", Database: &d}
}

// compare compares files with the files in dir. With -update, it writes them to dir.
func compare(t *testing.T, dir string, got map[string][]byte) {
	t.Helper()
	if *update {
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
		for name, content := range got {
			if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, name), content, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	var want []string
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		want = append(want, name)
		content, err := os.ReadFile(filepath.Join(dir, name))
		if !bytes.Equal(got[name], content) {
			t.Errorf("%s: got\n%s\nwant\n%s", name, got[name], content)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if names := slices.Sorted(maps.Keys(got)); !slices.Equal(names, want) {
		t.Errorf("got files %v, want %v", names, want)
	}
}
