package naming

import (
	"errors"
	"fmt"
	"strings"
	"text/template/parse"

	"github.com/previewset/previewset/generator"
)

// fields are the parameters that templates of names can use, with values to
// try them on. They stay what they are as long as the change does.
func fields() map[string]string {
	return map[string]string{
		"set": "shop", "id": "pr-42", "kind": string(generator.PullRequest), "number": "42", "variant": "",
		"branch": "feature/x", "branch_slug": "feature-x", "branchNormalized": "feature-x",
		"organization": "acme", "repository": "shop",
		"url": "https://example.com/acme/shop.git", "change_url": "https://example.com/acme/shop/pulls/42",
	}
}

// renames says when a parameter takes another value within the life of a
// change, or "" for one that does not.
func renames(field string) string {
	switch field {
	case "title":
		return "its title is edited"
	case "author":
		return "its author is told differently"
	case "labels", "flags":
		return "a label is added or removed"
	case "target_branch", "target_branch_slug":
		return "it gets another target branch"
	case "head_sha", "head_short_sha", "head_short_sha_7", "sha", "short_sha", "short_sha_7":
		return "a commit is pushed"
	case "created_at":
		return "its source learns of the date"
	case "updated_at":
		return "it is updated"
	}
	return ""
}

// checkName refuses what a template of a name can't have: parameters that are
// unknown or that change, and whatever hides which ones are used or fails for
// some values only.
func (t *Template) checkName() error {
	return t.inspect(func(n parse.Node, _ bool) error {
		switch n := n.(type) {
		case *parse.RangeNode, *parse.WithNode:
			return errors.New("names can't have {{range}} or {{with}}; {{if}} is there")
		case *parse.DotNode, *parse.ChainNode:
			return errors.New("names can't use the parameters as a whole, only one by its name")
		case *parse.IdentifierNode:
			if n.Ident == "index" || n.Ident == "slice" {
				return fmt.Errorf("names can't use %q, which fails where the value is too short; trunc does not", n.Ident)
			}
		case *parse.FieldNode:
			return checkField(n.Ident)
		case *parse.VariableNode:
			if n.Ident[0] == "$" || len(n.Ident) > 1 {
				return checkField(n.Ident[1:])
			}
		}
		return nil
	})
}

func checkField(path []string) error {
	if len(path) == 0 {
		return errors.New("names can't use the parameters as a whole, only one by its name")
	}
	field := strings.Join(path, ".")
	if when := renames(field); when != "" {
		return fmt.Errorf("{{.%s}} would rename the preview when %s", field, when)
	}
	if _, ok := fields()[field]; !ok {
		return fmt.Errorf("{{.%s}} is not a parameter that names can use", field)
	}
	return nil
}
