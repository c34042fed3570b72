package preflight_test

import (
	"testing"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/config"
	"github.com/previewset/previewset/internal/preflight"
)

// A forge reports its clone URLs: Gitea those below its ROOT_URL, which can lack TLS.
func TestTokensAreSentToTheirForge(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		source, clone string
		want          bool
	}{
		"Gitea":                       {"gitea: {url: https://git.acme.dev, owner: acme, repo: shop, tokenEnv: T}", "https://git.acme.dev/acme/shop.git", true},
		"Gitea, default port":         {"gitea: {url: https://git.acme.dev, owner: acme, repo: shop, tokenEnv: T}", "https://Git.acme.dev:443/acme/shop.git", true},
		"Gitea without TLS":           {"gitea: {url: http://git.acme.dev, owner: acme, repo: shop, tokenEnv: T}", "http://git.acme.dev/acme/shop.git", true},
		"Gitea, clone without TLS":    {"gitea: {url: https://git.acme.dev, owner: acme, repo: shop, tokenEnv: T}", "http://git.acme.dev/acme/shop.git", false},
		"Gitea, clone at port 443":    {"gitea: {url: https://git.acme.dev, owner: acme, repo: shop, tokenEnv: T}", "http://git.acme.dev:443/acme/shop.git", false},
		"Gitea, another host":         {"gitea: {url: https://git.acme.dev, owner: acme, repo: shop, tokenEnv: T}", "https://git.evil.example/acme/shop.git", false},
		"Gitea, another port":         {"gitea: {url: https://git.acme.dev, owner: acme, repo: shop, tokenEnv: T}", "https://git.acme.dev:8443/acme/shop.git", false},
		"Gitea, no token":             {"gitea: {url: https://git.acme.dev, owner: acme, repo: shop}", "https://git.acme.dev/acme/shop.git", false},
		"GitHub":                      {"github: {owner: acme, repo: shop, tokenEnv: T}", "https://github.com/acme/shop.git", true},
		"GitHub, clone without TLS":   {"github: {owner: acme, repo: shop, tokenEnv: T}", "http://github.com/acme/shop.git", false},
		"Enterprise":                  {"github: {owner: acme, repo: shop, apiURL: https://ghe.acme.dev/api/v3, tokenEnv: T}", "https://ghe.acme.dev/acme/shop.git", true},
		"Enterprise, clone over http": {"github: {owner: acme, repo: shop, apiURL: https://ghe.acme.dev/api/v3, tokenEnv: T}", "http://ghe.acme.dev/acme/shop.git", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, err := config.Parse("config.yaml", []byte(`apiVersion: previewset.dev/v1alpha1
kind: Config
auth: {tokenEnv: TOKEN}
sets:
- {name: shop, source: {`+test.source+`}, select: {pullRequests: {}}}
`))
			if err != nil {
				t.Fatal(err)
			}
			if _, _, got := preflight.GitAccess(c.Sets[0], generator.Repository{CloneURL: test.clone}); got != test.want {
				t.Errorf("got access with the token %t, want %t", got, test.want)
			}
		})
	}
}
