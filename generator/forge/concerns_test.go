package forge_test

import (
	"testing"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/forge"
)

func TestEventsConcernRepositoriesByID(t *testing.T) {
	t.Parallel()
	configured := generator.Repository{ForgeHost: "api.acme.dev", Organization: "acme", Name: "shop"}
	withID, listed := configured, configured
	withID.ID = "7"
	listed.ID, listed.PageURL, listed.CloneURL = "7", "https://git.acme.dev/acme/shop", "https://clone.acme.dev:8443/acme/shop.git"
	replaced := listed
	replaced.ID = "8"
	var none generator.Repository
	for name, test := range map[string]struct {
		host, fullName, id string
		configured, listed generator.Repository
		want               bool
	}{
		"name, before the first list":       {"api.acme.dev", "Acme/Shop", "", configured, none, true},
		"name and any ID, before the list":  {"api.acme.dev", "acme/shop", "9", configured, none, true},
		"another name, before the list":     {"api.acme.dev", "acme/web", "7", configured, none, false},
		"page host, before the first list":  {"git.acme.dev", "acme/shop", "7", configured, none, false},
		"configured ID, before the list":    {"api.acme.dev", "acme/renamed", "7", withID, none, true},
		"another ID than the configured":    {"api.acme.dev", "acme/shop", "9", withID, none, false},
		"listed ID":                         {"api.acme.dev", "acme/renamed", "7", configured, listed, true},
		"listed ID, page host":              {"git.acme.dev", "acme/renamed", "7", configured, listed, true},
		"listed ID, clone host":             {"clone.acme.dev:8443", "acme/renamed", "7", configured, listed, true},
		"listed ID, another port":           {"clone.acme.dev", "acme/shop", "7", configured, listed, false},
		"listed ID, unknown host":           {"evil.example", "acme/shop", "7", configured, listed, false},
		"another ID than the listed":        {"git.acme.dev", "acme/shop", "9", configured, listed, false},
		"no ID, same name":                  {"git.acme.dev", "ACME/shop", "", configured, listed, true},
		"no ID, another name":               {"git.acme.dev", "acme/web", "", configured, listed, false},
		"configured ID, another one listed": {"git.acme.dev", "acme/shop", "7", withID, replaced, true},
		"no host":                           {"", "acme/shop", "7", none, none, false},
		"no webhooks":                       {"git.acme.dev", "acme/shop", "7", none, none, false},
	} {
		e := forge.Event{ForgeHost: test.host, FullName: test.fullName, RepositoryID: test.id}
		if got := e.Concerns(test.configured, test.listed); got != test.want {
			t.Errorf("%s: got %t, want %t", name, got, test.want)
		}
	}
}
