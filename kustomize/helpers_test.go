package kustomize_test

import (
	"crypto/sha1"
	"encoding/hex"
	"io/fs"
	"maps"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/kustomize"
)

// tree is a repository for a test. Like in Git, different contents have different
// hashes.
type tree struct{ fs.FS }

func (t tree) Hash(path string) (string, error) {
	h := sha1.New()
	err := fs.WalkDir(t.FS, path, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := fs.ReadFile(t.FS, p)
		h.Write([]byte(p + "\x00"))
		h.Write(content)
		return err
	})
	return hex.EncodeToString(h.Sum(nil)), err
}

// files returns a tree with these files, without the first line break of each content.
func files(contents map[string]string) tree {
	m := fstest.MapFS{}
	for path, content := range contents {
		m[path] = &fstest.MapFile{Data: []byte(strings.TrimPrefix(content, "\n"))}
	}
	return tree{m}
}

func pullRequest() generator.Preview {
	at := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	return generator.Preview{
		Change: generator.Change{
			Kind: generator.PullRequest, Number: 42, Branch: "feature/login", TargetBranch: "main",
			HeadSHA: "8a1f2b3c4d5e6f708192a3b4c5d6e7f809a1b2c3", Title: "Add a login", Author: "octocat",
			Labels: []string{"preview", "ui"}, URL: "https://github.com/acme/shop/pull/42",
			CreatedAt: at, UpdatedAt: at.Add(time.Hour),
		},
		Set:        "shop",
		Repository: generator.Repository{ForgeHost: "github.com", Organization: "acme", Name: "shop", CloneURL: "https://github.com/acme/shop.git", DefaultBranch: "main"},
		Names: generator.Names{
			ID: "pr-42", Application: "shop-pr-42", Namespace: "shop-pr-42",
			Host: "pr-42.shop.preview.localhost", DBSchema: "shop_pr_42",
		},
	}
}

func branch() generator.Preview {
	p := pullRequest()
	p.Change = generator.Change{
		Kind: generator.Branch, Branch: "feature/Añadir|login", TargetBranch: "feature/Añadir|login",
		HeadSHA: p.HeadSHA, Author: "Octo Cat", URL: "https://github.com/acme/shop/tree/feature/A%C3%B1adir|login",
	}
	p.Names = generator.Names{
		ID: "br-feature-anadir-login-x7k2m9qw", Application: "shop-br-feature-anadir-login-x7k2m9qw",
		Namespace: "shop-br-feature-anadir-login-x7k2m9qw", Host: "br-feature-anadir-login-x7k2m9qw.shop.preview.localhost",
		DBSchema: "shop_br_feature_anadir_login_x7k2m9qw",
	}
	return p
}

const entry = "previews/shop/pr-42"

// newRenderer returns the Renderer of spec, which knows the kinds that only tests have.
func newRenderer(spec kustomize.Spec) (*kustomize.Renderer, error) {
	scopes := map[string]string{}
	for _, kind := range strings.Fields(`
		App.acme.dev Pipeline.acme.dev Status.acme.dev Tenant.acme.dev Thing.acme.dev Widget.acme.dev Worker.acme.dev
		Application.example.com HelmChart.example.com Nested.example.com Thing.example.com Widget.example.com
		Vertical.autoscaling.k8s.io DeploymentConfig`) {
		scopes[kind] = "Namespaced"
	}
	maps.Copy(scopes, spec.Kinds.Scopes)
	spec.Kinds.Scopes = scopes
	return kustomize.New(spec)
}

// load returns the loaded base of spec. An error fails the test.
func load(t testing.TB, spec kustomize.Spec, tree kustomize.Tree) *kustomize.Base {
	t.Helper()
	r, err := newRenderer(spec)
	if err != nil {
		t.Fatal(err)
	}
	base, err := r.Load(tree)
	if err != nil {
		t.Fatal(err)
	}
	return base
}

// render returns the overlay of p. An error fails the test.
func render(t testing.TB, base *kustomize.Base, p generator.Preview) kustomize.Overlay {
	t.Helper()
	o, err := base.Render(t.Context(), withHosts(base, p), entry)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// withHosts returns p with a host for each host of base.
func withHosts(base *kustomize.Base, p generator.Preview) generator.Preview {
	for i, host := range base.Hosts() {
		if label, _, _ := strings.Cut(host, "."); i > 0 {
			p.Hosts = append(p.Hosts, generator.Host{Base: host, Name: label + "-" + p.Host})
		}
	}
	return p
}

// build returns the manifests of o. An error fails the test.
func build(t testing.TB, base *kustomize.Base, o kustomize.Overlay) string {
	t.Helper()
	manifests, err := base.Build(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return string(manifests)
}
