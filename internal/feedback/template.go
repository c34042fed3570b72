package feedback

import (
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"text/template"
	"text/template/parse"
)

// defaultTemplate is the text of a section without Settings.Template.
const defaultTemplate = `{{.Headline}}{{with .Problem}}
{{.}}{{end}}{{with .Notice}}
{{.}}{{end}}{{with .Facts}}
{{.}}{{end}}{{with .Details}}

{{.}}{{end}}`

// maxSection bounds what a template prints, in bytes.
const maxSection = 20_000

// renderer prints sections.
type renderer struct {
	template *template.Template // nil for the default
	standard *template.Template
	failed   func(error) // logs once
}

func newRenderer(s Set, log *slog.Logger) (*renderer, error) {
	r := &renderer{standard: template.Must(template.New("default").Parse(defaultTemplate))}
	var once sync.Once
	r.failed = func(err error) {
		once.Do(func() {
			log.Warn("the template of feedback fails: the default text replaces it", "set", s.Name, "error", err, "remedy", "correct feedback.template")
		})
	}
	if s.Template == "" {
		return r, nil
	}
	var err error
	r.template, err = parseTemplate(s.Template)
	return r, err
}

// render prints f.
func (r *renderer) render(f Fields) string {
	if r.template != nil {
		text, err := execute(r.template, f)
		if err == nil {
			return text
		}
		r.failed(err)
	}
	text, err := execute(r.standard, f)
	if err != nil { // the values are bounded
		r.failed(err)
		return f.Headline
	}
	return text
}

func execute(t *template.Template, f Fields) (string, error) {
	var b strings.Builder
	if err := t.Execute(&b, f); err != nil {
		return "", err
	}
	text := strings.TrimSpace(b.String())
	switch {
	case text == "":
		return "", errors.New("the text is empty")
	case len(text) > maxSection:
		return "", fmt.Errorf("the text has more than %d bytes", maxSection)
	}
	return text, nil
}

// CheckTemplate returns the error of a text for Settings.Template, with its line. A template
// prints the fields of Fields. It has the actions if, else, with and end, and the functions
// and, or, not, eq and ne, and no others: so it ends, and can't take the code spans of a value
// apart. For the same reason, its text has no HTML, and no backtick or backslash beside a
// value.
func CheckTemplate(text string) error {
	_, err := parseTemplate(text)
	return err
}

func parseTemplate(text string) (*template.Template, error) {
	const most = 10_000 // bytes
	if len(text) > most {
		return nil, fmt.Errorf("the template has more than %d bytes", most)
	}
	t, err := template.New("template").Parse(text)
	if err != nil {
		return nil, err
	}
	if t.Tree == nil || t.Root == nil {
		return nil, errors.New("the template is empty")
	}
	if len(t.Templates()) > 1 {
		return nil, errors.New("template: a template can't define others")
	}
	c := checker{tree: t.Tree}
	c.list(t.Root)
	if c.err != nil {
		return nil, c.err
	}
	_, err = execute(t, exampleFields())
	return t, err
}

// exampleFields returns fields that all have a value.
func exampleFields() (f Fields) {
	v := reflect.ValueOf(&f).Elem()
	for i := range v.NumField() {
		v.Field(i).SetString("value")
	}
	return f
}

// checker finds what a template must not have.
type checker struct {
	tree *parse.Tree
	err  error // the first
}

func (c *checker) fail(n parse.Node, format string, values ...any) {
	if c.err == nil {
		location, _ := c.tree.ErrorContext(n)
		c.err = fmt.Errorf("%s: %s", location, fmt.Sprintf(format, values...))
	}
}

func (c *checker) list(l *parse.ListNode) {
	if l == nil {
		return
	}
	for _, n := range l.Nodes {
		switch n := n.(type) {
		case *parse.TextNode:
			c.text(n)
		case *parse.ActionNode:
			c.pipe(n.Pipe)
		case *parse.IfNode:
			c.branch(&n.BranchNode)
		case *parse.WithNode:
			c.branch(&n.BranchNode)
		default:
			c.fail(n, "a template can use if, else, with and end, and no other actions")
		}
	}
}

func (c *checker) branch(n *parse.BranchNode) {
	c.pipe(n.Pipe)
	c.list(n.List)
	c.list(n.ElseList)
}

// unsafeText matches text that changes the meaning of a value beside it, or of all values.
var unsafeText = regexp.MustCompile("<|```|~~~|^`|[`\\\\$]$")

func (c *checker) text(n *parse.TextNode) {
	switch text := string(n.Text); {
	case unsafeText.MatchString(text):
		c.fail(n, "the text can't have HTML, fences, or a backtick, backslash or $ beside a value")
	case strings.Count(text, "`")%2 != 0:
		c.fail(n, "a code span can't contain a value: values that need one have their own")
	}
}

func (c *checker) pipe(p *parse.PipeNode) {
	if p == nil {
		return
	}
	for _, command := range p.Cmds {
		for _, argument := range command.Args {
			c.argument(argument)
		}
	}
}

// safeString matches strings of a template, which eq compares with words.
var safeString = regexp.MustCompile(`^[A-Za-z0-9 -]*$`)

func (c *checker) argument(n parse.Node) {
	switch n := n.(type) {
	case *parse.FieldNode:
		c.field(n, n.Ident)
	case *parse.VariableNode:
		if n.Ident[0] == "$" {
			c.field(n, n.Ident[1:])
		}
	case *parse.IdentifierNode:
		if !slices.Contains([]string{"and", "or", "not", "eq", "ne"}, n.Ident) {
			c.fail(n, "the function %q is not available: use and, or, not, eq or ne", n.Ident)
		}
	case *parse.StringNode:
		if !safeString.MatchString(n.Text) {
			c.fail(n, "a string can have letters, digits, spaces and dashes only")
		}
	case *parse.PipeNode:
		c.pipe(n)
	case *parse.DotNode, *parse.BoolNode:
	default:
		c.fail(n, "%s can't be used in a template", n)
	}
}

func (c *checker) field(n parse.Node, path []string) {
	if len(path) == 1 {
		if _, ok := reflect.TypeFor[Fields]().FieldByName(path[0]); ok {
			return
		}
	}
	c.fail(n, "the field %q does not exist: docs/feedback.md lists all fields", strings.Join(path, "."))
}
