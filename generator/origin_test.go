package generator_test

import (
	"testing"

	"github.com/previewset/previewset/generator"
)

// Each part of an origin distinguishes previews, and no two combinations of parts yield
// the same origin.
func TestOriginIsUnique(t *testing.T) {
	t.Parallel()
	shop := generator.Repository{ForgeHost: "github.com", Organization: "acme", Name: "shop"}
	seen := map[generator.Origin]string{}
	for name, origin := range map[string]generator.Origin{
		"pull request":        shop.Origin(pull(42), ""),
		"another number":      shop.Origin(pull(43), ""),
		"branch":              shop.Origin(branch("42"), ""),
		"variant":             shop.Origin(pull(42), "flag-on"),
		"another host":        generator.Repository{ForgeHost: "ghe.acme.dev", Organization: "acme", Name: "shop"}.Origin(pull(42), ""),
		"another owner":       generator.Repository{ForgeHost: "github.com", Organization: "web", Name: "shop"}.Origin(pull(42), ""),
		"another name":        generator.Repository{ForgeHost: "github.com", Organization: "acme", Name: "web"}.Origin(pull(42), ""),
		"a local directory":   generator.Repository{Organization: "github.com", Name: "acme/shop"}.Origin(pull(42), ""),
		"without an owner":    generator.Repository{ForgeHost: "github.com", Name: "shop"}.Origin(pull(42), ""),
		"owner without group": generator.Repository{ForgeHost: "github.com", Organization: "shop"}.Origin(pull(42), ""),
	} {
		if other, taken := seen[origin]; taken {
			t.Errorf("%s and %s have the same origin: %+v", name, other, origin)
		}
		seen[origin] = name
	}
}

// Facts that change while a pull request is open are not part of its origin.
func TestOriginIgnoresMutableFacts(t *testing.T) {
	t.Parallel()
	p := generator.Preview{Change: pull(42), Variant: "on"}
	later := p
	later.HeadSHA, later.Title, later.Branch, later.TargetBranch, later.ID = "f00", "New title", "other", "release", "pr-x"
	later.Repository.CloneURL, later.Repository.DefaultBranch = "https://example.com/x.git", "trunk"
	if p.Origin() != later.Origin() {
		t.Errorf("got %+v, want %+v", later.Origin(), p.Origin())
	}
	if p.Origin().WithoutVariant() != (generator.Preview{Change: pull(42)}).Origin() {
		t.Error("WithoutVariant differs from the origin of a preview without a variant")
	}
}
