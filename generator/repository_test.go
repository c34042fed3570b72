package generator_test

import (
	"testing"

	"github.com/previewset/previewset/generator"
)

// shop returns a repository on github.com with an ID.
func shop(id string) generator.Repository {
	return generator.Repository{
		ID: id, ForgeHost: "github.com", Organization: "acme", Name: "shop",
		CloneURL: "https://github.com/acme/shop.git", PageURL: "https://github.com/acme/shop",
	}
}

func TestRelationOfRepositories(t *testing.T) {
	t.Parallel()
	changed := func(r generator.Repository, change func(*generator.Repository)) generator.Repository {
		change(&r)
		return r
	}
	renamed := changed(shop("7"), func(r *generator.Repository) {
		r.Name, r.CloneURL, r.PageURL = "store", "https://github.com/acme/store.git", "https://github.com/acme/store"
	})
	alias := changed(shop("7"), func(r *generator.Repository) { r.ForgeHost = "10.0.0.1:3000" })
	elsewhere := generator.Repository{ID: "7", ForgeHost: "git.acme.dev", Organization: "acme", Name: "shop", CloneURL: "https://git.acme.dev/acme/shop.git"}
	local := func(dir string) generator.Repository {
		return generator.Repository{Organization: "git", Name: "shop", CloneURL: dir}
	}
	for name, test := range map[string]struct {
		listed, recorded generator.Repository
		want             generator.Relation
	}{
		"the same":                         {shop("7"), shop("7"), generator.Same},
		"renamed":                          {renamed, shop("7"), generator.Same},
		"another case":                     {changed(shop("7"), func(r *generator.Repository) { r.Organization = "Acme" }), shop("7"), generator.Same},
		"another host of the API":          {alias, shop("7"), generator.Same},
		"another id":                       {shop("8"), shop("7"), generator.Replaced},
		"another id and another case":      {changed(shop("8"), func(r *generator.Repository) { r.Name = "Shop" }), shop("7"), generator.Replaced},
		"another id under an alias":        {changed(alias, func(r *generator.Repository) { r.ID = "8" }), shop("7"), generator.Replaced},
		"another id and name":              {changed(renamed, func(r *generator.Repository) { r.ID = "8" }), shop("7"), generator.Different},
		"the same id on another forge":     {elsewhere, shop("7"), generator.Unproven},
		"another id on another forge":      {changed(elsewhere, func(r *generator.Repository) { r.ID = "8" }), shop("7"), generator.Different},
		"recorded without an id":           {shop("7"), shop(""), generator.Unproven},
		"recorded without an id, alias":    {alias, shop(""), generator.Unproven},
		"recorded without an id, renamed":  {renamed, shop(""), generator.Different},
		"plain Git reads a known one":      {shop(""), shop("7"), generator.Same},
		"plain Git, another case":          {changed(shop(""), func(r *generator.Repository) { r.Name = "Shop" }), shop(""), generator.Different},
		"plain Git, another name":          {changed(shop(""), func(r *generator.Repository) { r.Name = "store" }), shop("7"), generator.Different},
		"plain Git, another protocol":      {changed(shop(""), func(r *generator.Repository) { r.CloneURL = "git@github.com:acme/shop.git" }), shop(""), generator.Same},
		"a local directory":                {local("/srv/git/shop"), local("file:///srv/git/shop/"), generator.Same},
		"another directory, the same name": {local("/srv/git/shop"), local("/home/git/shop"), generator.Different},
	} {
		if got := test.listed.RelationOf(test.recorded); got != test.want {
			t.Errorf("%s: got %d, want %d", name, got, test.want)
		}
	}
}

// A preview that is named after a former name keeps its source.
func TestSourceOfPreviewNeverChanges(t *testing.T) {
	t.Parallel()
	p := generator.Preview{Repository: shop("7")}
	if got := p.Source(); got != "github.com/acme/shop" {
		t.Errorf("got %q, want the present name", got)
	}
	p.NamedAfter = generator.RepositoryName{ForgeHost: "github.com", Organization: "acme", Name: "old"}
	if got := p.Source(); got != "github.com/acme/old" {
		t.Errorf("got %q, want the former name", got)
	}
}
