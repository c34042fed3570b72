package naming_test

import (
	"fmt"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/naming"
)

// No two previews share a name: a name has a hash if another branch could get the same
// name. Every branch_slug is the slug of several branches.
func ExampleNewNamers() {
	patterns := naming.DefaultPatterns("shop")
	patterns.Branches = true
	patterns.Host = "{{.branch_slug}}.preview.acme.dev"
	namers, err := naming.NewNamers([]naming.Patterns{patterns})
	if err != nil {
		fmt.Println(err)
		return
	}
	repository := generator.Repository{ForgeHost: "github.com", Organization: "acme", Name: "shop"}
	for _, branch := range []string{"dark-mode", "Dark/Mode"} {
		change := generator.Change{Kind: generator.Branch, Branch: branch, TargetBranch: branch}
		subject := naming.Subject{
			Set: "shop", Origin: repository.Origin(change, ""), Host: repository.ForgeHost, Repository: repository.FullName(),
		}
		params := generator.ChangeParams("shop", subject.ID(), "", change, repository)
		names, err := namers["shop"].Name(subject, params)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(names.Namespace, names.Host)
	}
	// Output:
	// shop-br-dark-mode dark-mode-8vs2spbzlf.preview.acme.dev
	// shop-br-dark-mode-rdwlv5gn2q dark-mode-rdwlv5gn2q.preview.acme.dev
}

func ExampleTemplate_Execute() {
	template, err := naming.ParseTemplate("newTag", `{{.branch | trimPrefix "feature/" | trunc 8}}-{{.head_short_sha}}`)
	if err != nil {
		fmt.Println(err)
		return
	}
	tag, err := template.Execute(map[string]any{"branch": "feature/dark-mode", "head_short_sha": "1a2b3c4d"})
	fmt.Println(tag, err)
	_, err = template.Execute(map[string]any{"branch": "feature/dark-mode"})
	fmt.Println(err != nil)
	// Output:
	// dark-mod-1a2b3c4d <nil>
	// true
}
