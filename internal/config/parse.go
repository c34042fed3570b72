package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/previewset/previewset/generator/forge"
)

// Load reads and checks the file. If the file is readable but invalid, the error is a
// *Problems.
func Load(name string) (*Config, error) {
	_, c, err := Open(name)
	return c, err
}

// Parse checks the text of a configuration file and fills in the defaults. Its error
// is a *Problems, which contains name.
func Parse(name string, data []byte) (*Config, error) {
	doc := document{problems: Problems{Name: name}}
	var c Config
	if doc.decode(data, &c) {
		doc.fillPresent(&c)
		c.defaults()
		doc.validate(&c)
	}
	if err := doc.problems.sorted(); err != nil {
		return nil, err
	}
	return &c, nil
}

// document is the file as YAML nodes with their lines, and the problems found so far.
type document struct {
	root     yaml.Node
	problems Problems
}

// decode decodes data into c, and reports whether c can be validated.
func (d *document) decode(data []byte, c *Config) bool {
	if err := yaml.Unmarshal(data, &d.root); err != nil {
		d.addSyntaxError(err)
		return false
	}
	if len(d.root.Content) == 0 {
		d.addProblem("", "the file is empty: write a configuration")
		return false
	}
	if d.rejectSecrets(&d.root) || d.rejectLargeMaps(&d.root) {
		return false
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	err := dec.Decode(c)
	if typeErr := new(yaml.TypeError); errors.As(err, &typeErr) {
		for _, e := range typeErr.Errors {
			d.addDecoderMessage(e)
		}
	} else if err != nil {
		d.addDecoderMessage(err.Error())
	}
	if !errors.Is(dec.Decode(&yaml.Node{}), io.EOF) {
		d.addProblem("", "the file has more than one YAML document: keep one")
	}
	return true
}

// Messages of the YAML decoder (decode.go of yaml.v3).
var (
	lineMessage  = regexp.MustCompile(`(?s)^(?:yaml: )?(?:unmarshal errors:\s*)?line (\d+): (.*)$`)
	unknownField = regexp.MustCompile(`^field (\S+) not found in type \S+$`)
	duplicateKey = regexp.MustCompile(`^mapping key (".*") already defined at line (\d+)$`)
	wrongType    = regexp.MustCompile("(?s)^cannot unmarshal !!(\\S+)(?: `(.*)`)? into (\\S+)$")
	// quoted is the part of a message that repeats the file, which may contain a secret.
	quoted = regexp.MustCompile("(?s) ?`.*`|(anchor) '.*'")
)

// addSyntaxError adds a problem for a file that is not YAML.
func (d *document) addSyntaxError(err error) {
	d.addDecoderMessage(err.Error())
	last := &d.problems.List[len(d.problems.List)-1]
	last.Message = "the file is not valid YAML: " + last.Message
}

// addDecoderMessage adds a problem for a message of the YAML decoder.
func (d *document) addDecoderMessage(message string) {
	p := Problem{Message: strings.TrimPrefix(message, "yaml: ")}
	if m := lineMessage.FindStringSubmatch(message); m != nil {
		p.Line, _ = strconv.Atoi(m[1])
		p.Message = m[2]
	}
	if m := unknownField.FindStringSubmatch(p.Message); m != nil {
		p.Message = fmt.Sprintf("unknown key %q: check the spelling, or remove it", m[1])
	} else if m := duplicateKey.FindStringSubmatch(p.Message); m != nil {
		p.Message = fmt.Sprintf("the key %s is already set in line %s: remove one", m[1], m[2])
	} else if m := wrongType.FindStringSubmatch(p.Message); m != nil {
		p.Path = d.pathOf(p.Line, m[1], m[2])
		p.Message = fmt.Sprintf("got %s, want %s", yamlType(m[1]), goType(m[3]))
	} else {
		p.Message = quoted.ReplaceAllString(p.Message, "$1")
	}
	d.problems.List = append(d.problems.List, p)
}

// yamlType describes a value with a tag of YAML's core schema.
func yamlType(tag string) string {
	switch tag {
	case "seq":
		return "a list"
	case "map":
		return "a map"
	case "str":
		return "text"
	case "int", "float":
		return "a number"
	case "bool":
		return "a boolean"
	}
	return "another value"
}

// pathOf returns the path of the value that a message of the decoder is about: the only
// one in the line that has the tag and, if it is a scalar, that text. The decoder replaces
// the end of a long text with "...". Without such a value, pathOf returns "".
func (d *document) pathOf(line int, tag, text string) string {
	start, cut := strings.CutSuffix(text, "...")
	paths := pathsIn(&d.root, "", func(n *yaml.Node) bool {
		return n.Line == line && n.ShortTag() == "!!"+tag &&
			(n.Kind != yaml.ScalarNode || n.Value == text || cut && strings.HasPrefix(n.Value, start))
	})
	if len(paths) != 1 {
		return ""
	}
	return paths[0]
}

// pathsIn returns the paths of the values that fit: the node at path, and all below it.
func pathsIn(n *yaml.Node, path string, fits func(*yaml.Node) bool) (paths []string) {
	if fits(n) {
		paths = append(paths, path)
	}
	for i, child := range n.Content {
		switch {
		case n.Kind == yaml.SequenceNode:
			paths = append(paths, pathsIn(child, index(path, i), fits)...)
		case n.Kind == yaml.DocumentNode:
			paths = append(paths, pathsIn(child, path, fits)...)
		case i%2 == 1:
			paths = append(paths, pathsIn(child, strings.TrimPrefix(path+"."+n.Content[i-1].Value, "."), fits)...)
		}
	}
	return paths
}

// goType describes the values that the decoder accepts for a type of Go.
func goType(name string) string {
	switch {
	case name == "string":
		return "text"
	case name == "bool":
		return "true or false"
	case strings.HasPrefix(name, "int"):
		return "a whole number"
	case strings.HasPrefix(name, "[]"):
		return "a list"
	}
	return "a map of keys"
}

// fillPresent sets fields whose key has no value ("branches:"): a kind is selected if
// its key is present, and argocd needs no value.
func (d *document) fillPresent(c *Config) {
	if c.ArgoCD == nil && d.hasPath("argocd") {
		c.ArgoCD = &ArgoCD{}
	}
	for i := range c.Sets {
		selects := fmt.Sprintf("sets[%d].select.", i)
		s := &c.Sets[i].Select
		if s.PullRequests == nil && d.hasPath(selects+"pullRequests") {
			s.PullRequests = &PullRequests{}
		}
		if s.Branches == nil && d.hasPath(selects+"branches") {
			s.Branches = &Branches{}
		}
	}
}

func (c *Config) defaults() {
	setDefault(&c.Poll, Duration(time.Minute))
	setDefault(&c.MaxAge, max(Duration(time.Hour), 3*c.Poll))
	if g := c.GitOps; g != nil {
		setDefault(&g.Branch, "main")
		setDefault(&g.Path, "previews")
		setDefault(&g.Author.Name, "previewset")
		setDefault(&g.Author.Email, "previewset@localhost")
	}
	if a := c.ArgoCD; a != nil {
		setDefault(&a.Namespace, "argocd")
		setDefault(&a.ConfigMap, "previewset")
	}
	for i := range c.Sets {
		g := &c.Sets[i].Guard
		removals, percent, atLeast := 10, 50, 3
		setDefault(&g.Removals, &removals)
		setDefault(&g.Percent, &percent)
		setDefault(&g.AtLeast, &atLeast)
		if p := c.Sets[i].Select.PullRequests; p != nil {
			setDefault(&p.Forks, "deny")
		}
		if o := c.Sets[i].Overlay; o != nil && o.Database != nil {
			o.Database.defaults()
		}
	}
}

func setDefault[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// addProblem records a problem of the key at path.
func (d *document) addProblem(path, format string, args ...any) {
	line := 0
	if n, _ := d.find(path); n != nil { // for a missing key, the line of its parent
		line = n.Line
	}
	d.problems.List = append(d.problems.List, Problem{Line: line, Path: path, Message: fmt.Sprintf(format, args...)})
}

// addError records a problem of the key at path for each line of err: an error that
// joins several errors has a line for each.
func (d *document) addError(path string, err error) {
	for line := range strings.SplitSeq(err.Error(), "\n") {
		d.addProblem(path, "%s", line)
	}
}

// reportBelow returns a function that records problems of keys below path.
func (d *document) reportBelow(path string) forge.Report {
	return forge.Report(d.addProblem).Below(path)
}

func (d *document) hasPath(path string) bool {
	_, exact := d.find(path)
	return exact
}

var pathStep = regexp.MustCompile(`[^.\[\]]+`)

// find returns the node at a path such as sets[0].source and true. If the path does not
// exist, find returns its deepest existing parent and false.
func (d *document) find(path string) (node *yaml.Node, exact bool) {
	if len(d.root.Content) == 0 {
		return nil, false
	}
	node = d.root.Content[0]
	for _, step := range pathStep.FindAllString(path, -1) {
		next := child(node, step)
		if next == nil {
			return node, false
		}
		node = next
	}
	return node, true
}

func child(node *yaml.Node, step string) *yaml.Node {
	switch node.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(node.Content); i += 2 {
			if node.Content[i].Value == step {
				return node.Content[i+1]
			}
		}
	case yaml.SequenceNode:
		if i, err := strconv.Atoi(step); err == nil && i < len(node.Content) {
			return node.Content[i]
		}
	}
	return nil
}
