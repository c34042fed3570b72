package naming

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"text/template/parse"

	"github.com/previewset/previewset/generator"
)

// fields returns the parameters that templates of names can use, with sample
// values. Their values stay the same for the life of a change.
func fields() map[string]string {
	return map[string]string{
		"set": "shop", "id": "pr-42", "kind": string(generator.PullRequest), "number": "42", "variant": "",
		"branch": "feature/x", "branch_slug": "feature-x", "branchNormalized": "feature-x",
		"organization": "acme", "repository": "shop",
		"url": "https://example.com/acme/shop.git", "change_url": "https://example.com/acme/shop/pulls/42",
	}
}

// renamedWhen returns the event that gives a parameter another value during the
// life of a change, or "" for a parameter that keeps its value.
func renamedWhen(field string) string {
	switch field {
	case "title":
		return "its title is edited"
	case "author":
		return "the forge reports its author differently"
	case "labels", "flags":
		return "a label is added or removed"
	case "target_branch", "target_branch_slug":
		return "it gets another target branch"
	case "head_sha", "head_short_sha", "head_short_sha_7", "sha", "short_sha", "short_sha_7":
		return "a commit is pushed"
	case "created_at":
		return "its source finds out the date"
	case "updated_at":
		return "it is updated"
	}
	return ""
}

// hostField is the parameter that only templates of further hosts and of URLs can use: the
// host of the preview.
const hostField = "host"

// checkName refuses parameters that are unknown or that change, actions that hide
// which parameters a template uses, and functions that fail for some values only. further
// are parameters that t can use in addition to fields.
func (t *Template) checkName(further ...string) error {
	return t.inspect(func(n parse.Node, _ bool) error {
		switch n := n.(type) {
		case *parse.RangeNode, *parse.WithNode:
			return errors.New("names can't have {{range}} or {{with}}: use {{if}}")
		case *parse.DotNode, *parse.ChainNode:
			return errAllParams
		case *parse.IdentifierNode:
			if n.Ident == "index" || n.Ident == "slice" {
				return fmt.Errorf("names can't use the function %q, which fails if the value is too short: use trunc", n.Ident)
			}
		case *parse.FieldNode:
			return checkField(n.Ident, further)
		case *parse.VariableNode:
			if n.Ident[0] == "$" || len(n.Ident) > 1 {
				return checkField(n.Ident[1:], further)
			}
		}
		return nil
	})
}

var errAllParams = errors.New("names can use a parameter only by its name, as in {{.id}}")

func checkField(path, further []string) error {
	if len(path) == 0 {
		return errAllParams
	}
	field := strings.Join(path, ".")
	if when := renamedWhen(field); when != "" {
		return fmt.Errorf("{{.%s}} would rename the preview when %s", field, when)
	}
	known := append(slices.Collect(maps.Keys(fields())), further...)
	if !slices.Contains(known, field) {
		slices.Sort(known)
		return fmt.Errorf("{{.%s}} is not a parameter that names can use: use %s", field, strings.Join(known, ", "))
	}
	return nil
}
