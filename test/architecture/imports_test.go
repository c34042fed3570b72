// Package architecture_test checks which packages of this module may import each other.
package architecture_test

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/previewset/previewset/"

// allowed lists, for each package, the packages of this module that it may import. A
// package that is missing here fails the test: decide first what it may import.
var allowed = map[string][]string{
	"generator":                 {},
	"generator/naming":          {"generator"},
	"generator/cached":          {"generator"},
	"generator/forge":           {"generator", "internal/limit", "internal/network", "internal/redact", "internal/secret"},
	"generator/forge/forgetest": {"generator", "generator/forge"},
	"generator/git":             {"generator", "generator/forge", "internal/gitrepo", "internal/network", "internal/secret"},
	"generator/github":          {"generator", "generator/forge", "internal/network", "internal/secret"},
	"generator/gitea":           {"generator", "generator/forge", "internal/network"},

	"kustomize": {
		"generator", "generator/naming", "internal/spelling", "kustomize/closure", "kustomize/components", "kustomize/containers", "kustomize/edits", "kustomize/fields", "kustomize/object", "kustomize/policy", "kustomize/template",
	},
	"kustomize/closure":    {"internal/limit", "kustomize/object"},
	"kustomize/components": {},
	"kustomize/containers": {"kustomize/fields", "kustomize/object"},
	"kustomize/edits":      {"kustomize/fields", "kustomize/object"},
	"kustomize/fields":     {"kustomize/object"},
	"kustomize/kinds":      {},
	"kustomize/object":     {},
	"kustomize/policy":     {"kustomize/closure", "kustomize/fields", "kustomize/kinds", "kustomize/object"},
	"kustomize/template":   {"kustomize/closure", "kustomize/object"},

	"internal/gitrepo":   {"internal/network", "internal/redact", "internal/secret"},
	"internal/committer": {"internal/gitrepo"},
	"internal/gitops":    {"generator", "internal/committer", "internal/gitrepo", "internal/network", "kustomize", "kustomize/object"},
	"internal/pipeline":  {"generator", "generator/naming", "internal/gitops", "internal/gitrepo", "internal/network", "internal/secret", "kustomize", "kustomize/object"},
	"internal/config": {
		"generator", "generator/forge", "generator/git", "generator/github", "generator/naming", "internal/feedback", "internal/forges", "internal/limit", "internal/secret", "internal/spelling", "kustomize", "kustomize/policy",
	},
	"internal/feedback": {"generator", "generator/forge", "kustomize/object"},
	"internal/forges":   {"generator/forge", "generator/git", "generator/gitea", "generator/github", "internal/spelling"},
	"internal/secret":   {"internal/limit"},
	"internal/limit":    {},
	"internal/logins":   {"generator", "internal/limit"},
	"internal/redact":   {},
	"internal/metrics":  {"generator"},
	"internal/network":  {},
	"internal/spelling": {},
	"internal/argocd":   {"generator", "internal/kube"},
	"internal/kube":     {"internal/limit", "internal/redact"},
	"internal/lease":    {"internal/kube"},

	"internal/applications": {"generator", "internal/kube", "internal/redact", "kustomize/object"},

	"internal/database":          {"generator", "internal/kube"},
	"internal/database/mysql":    {"internal/database", "internal/spelling"},
	"internal/database/postgres": {"internal/database", "internal/spelling"},

	"plugin": {"generator", "generator/forge"},

	"internal/wiring": {
		"generator", "generator/cached", "generator/forge", "generator/git", "generator/naming", "internal/config", "internal/feedback", "internal/gitops",
		"internal/gitrepo", "internal/pipeline", "internal/secret", "kustomize",
	},
	"internal/preflight": {
		"generator", "generator/forge", "generator/git", "internal/argocd", "internal/config", "internal/gitrepo", "internal/kube", "internal/lease", "internal/network",
		"internal/pipeline", "internal/secret", "internal/wiring",
	},
	"internal/service": {
		"generator", "generator/forge", "generator/git", "internal/applications", "internal/argocd", "internal/config", "internal/feedback", "internal/forges",
		"internal/gitops", "internal/kube", "internal/lease", "internal/metrics", "internal/pipeline", "internal/secret", "internal/wiring", "plugin",
	},

	"cmd/previewset/demo": {"examples", "internal/config", "internal/service"},
	"cmd/previewset": {
		"cmd/previewset/demo", "docs", "generator", "generator/forge", "generator/git", "generator/naming", "internal/applications", "internal/argocd", "internal/preflight", "internal/config", "internal/database",
		"internal/database/mysql", "internal/database/postgres", "internal/forges", "internal/gitops", "internal/gitrepo",
		"internal/kube", "internal/limit", "internal/logins", "internal/network", "internal/pipeline", "internal/redact", "internal/secret", "internal/service", "internal/spelling", "internal/wiring", "kustomize", "kustomize/object", "plugin",
	},

	"docs":      {},
	"examples":  {},
	"manifests": {},

	// For tests only.
	"test/fake/git":        {},
	"test/fake/gitea":      {},
	"test/fake/github":     {},
	"test/fake/kube":       {},
	"test/fake/mariadb":    {"test/fake/part", "test/fake/process"},
	"test/fake/part":       {},
	"test/fake/postgres":   {"test/fake/part", "test/fake/process"},
	"test/fake/previewset": {"test/fake/git", "test/fake/process", "test/fake/suite"},
	"test/fake/process":    {},
	"test/fake/suite":      {},
	"test/architecture":    {},
	"test/bench/answers":   {},
	"test/bench/committer": {},
	"test/bench/forge":     {"test/fake/github"},
	"test/bench/gitserver": {"test/fake/git"},
	"test/bench/measure":   {},
	"test/bench/overlays":  {},
	"test/bench/reconcile": {
		"generator/cached", "internal/config", "test/fake/github", "internal/gitops",
		"internal/pipeline", "internal/wiring", "plugin", "test/bench/forge", "test/bench/measure",
	},
	"test/bench/run":    {"test/bench/measure"},
	"test/bench/serve":  {},
	"test/bench/size":   {},
	"test/bench/sync":   {},
	"test/bench/writer": {"internal/gitrepo", "test/bench/gitserver"},
	"test/databases":    {},
	"test/exposed":      {},
	"test/faults":       {},
	"test/fuzzing":      {},
	"test/licenses":     {},
	"test/literals":     {},
	"test/simulation":   {},
	"test/upgrade":      {},
	"test/vary":         {},
}

// banned lists, for each package, prefixes of packages that it must not import. Domain
// packages do not depend on technologies.
var banned = map[string][]string{
	"generator":         {"github.com/go-git/", "github.com/google/", "sigs.k8s.io/", "k8s.io/", "net/http"},
	"generator/naming":  {"github.com/gosimple/", "sigs.k8s.io/", "k8s.io/", "net/http"},
	"generator/forge":   {"github.com/google/", "code.gitea.io/", "sigs.k8s.io/", "k8s.io/"},
	"plugin":            {"github.com/go-git/", "sigs.k8s.io/", "k8s.io/"},
	"kustomize":         {"github.com/go-git/", "os/exec"},
	"kustomize/closure": {"github.com/go-git/", "os/exec"},
}

type goPackage struct {
	ImportPath string
	Imports    []string
}

func packages(t *testing.T) (list []goPackage) {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports", module+"...")
	cmd.Dir = "../.."
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	dec := json.NewDecoder(strings.NewReader(string(out)))
	for {
		var p goPackage
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return list
		} else if err != nil {
			t.Fatal(err)
		}
		list = append(list, p)
	}
}

func TestImports(t *testing.T) {
	list := packages(t)
	if len(list) < len(allowed)/2 {
		t.Fatalf("go list found %d packages, want at least %d", len(list), len(allowed)/2)
	}
	for _, p := range list {
		name := strings.TrimPrefix(p.ImportPath, module)
		may, known := allowed[name]
		if !known {
			t.Errorf("package %s is new: add its permitted imports to this test", name)
		}
		for _, i := range p.Imports {
			if inner, ours := strings.CutPrefix(i, module); ours && !slices.Contains(may, inner) {
				t.Errorf("%s must not import %s", name, inner)
			}
			for _, prefix := range banned[name] {
				if strings.HasPrefix(i, prefix) {
					t.Errorf("%s must not import %s", name, i)
				}
			}
		}
		for _, inner := range may {
			if !slices.Contains(p.Imports, module+inner) {
				t.Errorf("%s does not import %s: remove that import from this test", name, inner)
			}
		}
	}
}
