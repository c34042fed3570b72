package upgrade_test

import (
	"strings"
	"testing"

	"github.com/previewset/previewset/examples"
	"github.com/previewset/previewset/internal/gittest"
)

// configuration is that of the story. Lines that end in "# at first" are in its
// first form alone, and those that end in "# later" in its last form alone.
const configuration = `apiVersion: previewset.dev/v1alpha1
kind: Config
auth: {tokenEnv: ARGO_TOKEN}
poll: 1s
gitops: {url: "http://git.acme.test/acme/gitops.git"}
sets:
- name: shop
  source: {github: {owner: acme, repo: shop, apiURL: "http://github.acme.test/api/v3", tokenEnv: GITHUB_TOKEN}}
  select: {pullRequests: {labels: {none: [no preview]}, forks: safe to preview}}
  lifetime: {idle: 876000h, max: 877000h, keepLabel: keep} # a hundred years
  parameters: {service: web}
  overlay:
    base: apps/shop/base
    components: [builtin:quota, components/ours]
    images: [{name: ghcr.io/acme/shop, newTag: "{{.head_sha}}"}]
    labels: {team: shop}
    annotations: {acme.dev/change: "{{.title}}"}
- name: held
  source: {github: {owner: acme, repo: web, apiURL: "http://github.acme.test/api/v3", tokenEnv: GITHUB_TOKEN}}
  select: {pullRequests: {labels: {all: [preview]}, forks: safe to preview}}
  guard: {removals: 1, percent: 50}
  overlay: {base: apps/shop/base}
- name: flags
  source: {github: {owner: acme, repo: flags, apiURL: "http://github.acme.test/api/v3", tokenEnv: GITHUB_TOKEN}}
  select: {pullRequests: {}}
  parameters: {tier: small, flags: "checkout=off"}
  variants:
  - {name: flag-on, parameters: {flags: "new-dashboard=on"}}
  - {name: flag-off, parameters: {flags: "new-dashboard=off", tier: large}}
  - {name: late} # at first
  names: {namespace: "flags-{{.number}}", host: "{{.variant}}.{{.number}}.preview.acme.test", dbSchema: "f{{.number}}_{{.variant}}"}
  overlay: {base: apps/shop/base, components: [builtin:flags]}
- name: mixed
  source: {github: {owner: acme, repo: mixed, apiURL: "http://github.acme.test/api/v3", tokenEnv: GITHUB_TOKEN}}
  select: {pullRequests: {drafts: true, forks: safe to preview}, branches: {include: [change-7]}} # at first
  select: {pullRequests: {targetBranches: [main], labels: {none: [stop]}}} # later
  lifetime: {keepLabel: keep} # at first
  lifetime: {idle: 24h, keepLabel: keep} # later
  limits: {previews: 2} # later
  guard: {removals: 20, percent: 100}
  overlay: {base: apps/shop/base}
- name: aged
  source: {github: {owner: acme, repo: mixed, apiURL: "http://github.acme.test/api/v3", tokenEnv: GITHUB_TOKEN}}
  select: {pullRequests: {targetBranches: [main, release]}}
  lifetime: {max: 24h, keepLabel: keep} # later
  overlay: {base: apps/shop/base}
- name: branches
  source: {git: {url: "http://git.acme.test/acme/shop.git"}}
  select: {branches: {exclude: [main]}} # at first
  select: {branches: {exclude: [main, "old/**"]}} # later
  names: {namespace: "{{.branch_slug}}", host: "{{.branch}}.preview.acme.test", dbSchema: "app_{{.branch}}"}
  overlay: {base: apps/shop/base}
- name: gitea
  source: {gitea: {url: "http://gitea.acme.test", owner: acme, repo: shop, tokenEnv: GITEA_TOKEN}}
  select: {pullRequests: {}, branches: {include: ["change-*", "feature/**"]}}
  overlay: {base: apps/shop/base}
- name: plain
  source: {github: {owner: acme, repo: shop, apiURL: "http://github.acme.test/api/v3", tokenEnv: GITHUB_TOKEN}}
  select: {pullRequests: {}, branches: {exclude: [main]}}
  variants: [{name: blue, parameters: {tier: small}}, {name: green, parameters: {tier: large}}]
- name: schemas
  source: {github: {owner: acme, repo: data, apiURL: "http://github.acme.test/api/v3", tokenEnv: GITHUB_TOKEN}}
  select: {pullRequests: {}}
  overlay:
    base: apps/shop/base
    adminNamespace: previewset-db
    database:
      engine: postgres
      migrate: {image: "ghcr.io/acme/shop:{{.head_sha}}", command: [/shop, migrate, up], back: [/shop, migrate, down]}
      seed: {image: "ghcr.io/acme/shop:{{.head_sha}}", command: [/shop, seed]}
- name: databases
  source: {github: {owner: acme, repo: data, apiURL: "http://github.acme.test/api/v3", tokenEnv: GITHUB_TOKEN}}
  select: {pullRequests: {}}
  overlay: {base: apps/shop/base, adminNamespace: previewset-db, database: {engine: postgres, strategy: database}}
- name: snapshots
  source: {github: {owner: acme, repo: data, apiURL: "http://github.acme.test/api/v3", tokenEnv: GITHUB_TOKEN}}
  select: {pullRequests: {}}
  overlay: {base: apps/shop/base, adminNamespace: previewset-db, database: {engine: postgres, strategy: snapshot, template: shop_template}}
- name: maria
  source: {github: {owner: acme, repo: data, apiURL: "http://github.acme.test/api/v3", tokenEnv: GITHUB_TOKEN}}
  select: {pullRequests: {}}
  overlay: {base: apps/shop/base, adminNamespace: previewset-db, database: {engine: mysql}}
- name: servers
  source: {github: {owner: acme, repo: data, apiURL: "http://github.acme.test/api/v3", tokenEnv: GITHUB_TOKEN}}
  select: {pullRequests: {}}
  overlay: {base: apps/shop/base, database: {engine: postgres, strategy: cloudnative-pg}}
`

// form returns the configuration without the lines that end in comment.
func form(without string) string {
	var lines []string
	for line := range strings.Lines(configuration) {
		if !strings.HasSuffix(line, without+"\n") {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "")
}

// opening is what is open at first. A pull request's number is its place among
// those of its repository.
func opening() []op {
	const forks = "safe to preview"
	return []op{
		{Do: "repo", Repo: "shop"},
		{Do: "open", Repo: "shop", Title: "Dark mode: \"night\" & 日本語", Labels: []string{"ui"}},
		{Do: "open", Repo: "shop", Title: "Keep this", Labels: []string{"keep"}},
		{Do: "open", Repo: "shop", Title: "To be merged"},
		{Do: "open", Repo: "shop", Title: "To be closed"},
		{Do: "open", Repo: "shop", Title: "To lose its preview"},
		{Do: "open", Repo: "shop", Title: "To become a draft"},
		{Do: "open", Repo: "shop", Title: "To be pruned and restored"},
		{Do: "open", Repo: "shop", Title: "Fork that is admitted", Fork: "ada", Labels: []string{forks}},
		{Do: "open", Repo: "shop", Title: "Fork to be closed", Fork: "bob", Labels: []string{forks}},
		{Do: "open", Repo: "shop", Title: "Fork to become a draft", Fork: "cyd", Labels: []string{forks}},
		{Do: "open", Repo: "shop", Title: "Fork to lose its label", Fork: "dan", Labels: []string{forks}},
		{Do: "open", Repo: "shop", Title: "Never a preview", Draft: true},
		{Do: "open", Repo: "shop", Title: "A slash in the branch", Branch: "feature/search"},
		{Do: "repo", Repo: "web"},
		{Do: "open", Repo: "web", Labels: []string{"preview"}},
		{Do: "open", Repo: "web", Labels: []string{"preview"}},
		{Do: "open", Repo: "web", Labels: []string{"preview"}},
		{Do: "open", Repo: "web", Labels: []string{"preview", forks}, Fork: "ada"},
		{Do: "open", Repo: "web", Labels: []string{"preview"}},
		{Do: "repo", Repo: "flags"},
		{Do: "open", Repo: "flags", Labels: []string{"flag:checkout=on", "flag:beta=on"}},
		{Do: "open", Repo: "flags"},
		{Do: "repo", Repo: "mixed"},
		{Do: "open", Repo: "mixed", Title: "Over the limit", Labels: []string{"keep"}},
		{Do: "open", Repo: "mixed", Title: "For another branch", Base: "release"},
		{Do: "open", Repo: "mixed", Title: "Draft", Draft: true},
		{Do: "open", Repo: "mixed", Title: "Labelled stop", Labels: []string{"stop"}},
		{Do: "open", Repo: "mixed", Title: "Fork", Fork: "ada", Labels: []string{forks}},
		{Do: "open", Repo: "mixed", Title: "Idle and old"},
		{Do: "open", Repo: "mixed", Title: "Kept", Labels: []string{"keep"}},
		{Do: "open", Repo: "mixed", Title: "Kept", Labels: []string{"keep"}},
		{Do: "repo", Repo: "data"},
		{Do: "open", Repo: "data"},
		{Do: "open", Repo: "data"},
		{Do: "scene", Scene: "open"},
	}
}

// ends are what happens to the opened ones later.
func ends() []op {
	return []op{
		{Do: "push-fork", Repo: "shop", Number: 8},
		{Do: "push-fork", Repo: "shop", Number: 9},
		{Do: "merge", Repo: "shop", Number: 3},
		{Do: "close", Repo: "shop", Number: 4},
		{Do: "label", Repo: "shop", Number: 5, Labels: []string{"no preview"}},
		{Do: "draft", Repo: "shop", Number: 6, Draft: true},
		{Do: "close", Repo: "shop", Number: 9},
		{Do: "draft", Repo: "shop", Number: 10, Draft: true},
		{Do: "label", Repo: "shop", Number: 11},
		{Do: "merge", Repo: "data", Number: 2},
		{Do: "scene", Scene: "later"},
	}
}

// holds are removals that are too many for the guard of the set held.
func holds() []op {
	return []op{
		{Do: "label", Repo: "web", Number: 1},
		{Do: "label", Repo: "web", Number: 2},
		{Do: "label", Repo: "web", Number: 3},
		{Do: "label", Repo: "web", Number: 4, Labels: []string{"preview"}},
	}
}

// sourceBranches fill the plain Git repository.
func sourceBranches(t *testing.T, r *gittest.Repo) {
	t.Helper()
	r.Commit(t, "main", "Begin", map[string]string{"README": "shop\n"})
	for _, name := range []string{
		"plain", "feature/Ü.x", "Feature_A", "日本語", "gone", "old/v1", strings.Repeat("long-", 30) + "end",
	} {
		r.Branch(t, name, "main")
		r.Commit(t, name, "Work on "+name, map[string]string{"work": name + "\n"})
	}
}

// base fills the GitOps repository with the sample application and a component.
func base(t *testing.T, r *gittest.Repo) {
	t.Helper()
	files, err := examples.ShopBase("apps/shop/base")
	if err != nil {
		t.Fatal(err)
	}
	files["components/ours/kustomization.yaml"] = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources: [settings.yaml]\n"
	files["components/ours/settings.yaml"] = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ours}\ndata: {color: blue}\n"
	r.Commit(t, "main", "Add the base", files)
}
