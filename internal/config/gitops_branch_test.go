package config_test

import (
	"strings"
	"testing"

	"github.com/previewset/previewset/generator"
)

// The configuration shows that a set reads the GitOps repository, even if the forge has
// renamed it since.
func TestGitOpsBranchIsOfConfiguredSource(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, source, url string
		want              bool
	}{
		{"GitHub, HTTPS", "{github: {owner: Acme, repo: deploy}}", "https://github.com/acme/Deploy.git", true},
		{"GitHub, SSH", "{github: {owner: acme, repo: deploy}}", "git@github.com:acme/deploy", true},
		{"GitHub, another repository", "{github: {owner: acme, repo: shop}}", "git@github.com:acme/deploy", false},
		{"GitHub Enterprise", "{github: {owner: acme, repo: deploy, apiURL: https://ghe.acme.dev/api/v3}}", "https://ghe.acme.dev/acme/deploy.git", true},
		{"Gitea", "{gitea: {url: https://gitea.acme.dev, owner: acme, repo: deploy}}", "git@gitea.acme.dev:acme/deploy.git", true},
		{"Gitea, another host", "{gitea: {url: https://gitea.acme.dev, owner: acme, repo: deploy}}", "https://github.com/acme/deploy.git", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := parse(t, strings.Replace(minimal, plainGit, test.source, 1)+"gitops: {url: \""+test.url+"\", branch: trunk}\n")
			b := c.GitOpsBranch(c.Sets[0])
			renamed := generator.Repository{ForgeHost: "renamed.dev", Organization: "acme", Name: "renamed"}
			if got := b.In(renamed); got == "trunk" != test.want {
				t.Errorf("got the branch %q, want trunk: %t", got, test.want)
			}
		})
	}
	if c := parse(t, minimal); c.GitOpsBranch(c.Sets[0]) != nil {
		t.Error("got a branch without gitops, want none")
	}
}
