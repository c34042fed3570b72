package object

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// maxNodes bounds a YAML document with its aliases written out. Kustomize
// writes them out (DeAnchor in kyaml/yaml/rnode.go), so a few hundred bytes
// could otherwise fill the memory, or the stack, from which nothing recovers.
const maxNodes = 1 << 18

// maxNested bounds how deep YAML may lie in the strings of other YAML.
const maxNested = 8

// ErrBomb is why CheckYAML refuses aliases.
var ErrBomb = errors.New("its aliases refer to themselves or expand to too much")

// separator is where Kustomize divides a file into documents (splitDocuments
// in kyaml/kio/byteio_reader.go).
var separator = regexp.MustCompile(`\n---.*\n`)

// CheckYAML returns an error unless content is YAML with harmless aliases.
// With nested, the same is asked of the strings in it that may be YAML
// themselves, as inline patches are.
func CheckYAML(content []byte, nested bool) error {
	depth := maxNested
	if nested {
		depth = 0
	}
	return checkDocuments(content, depth)
}

func checkDocuments(content []byte, depth int) error {
	text := bytes.ReplaceAll(content, []byte("\r\n"), []byte("\n"))
	line := 0
	for len(text) > 0 {
		doc, rest := text, []byte(nil)
		if at := separator.FindIndex(text); at != nil {
			doc, rest = text[:at[0]+1], text[at[1]:]
		}
		if err := checkDocument(doc, depth); err != nil {
			if line > 0 && !errors.Is(err, ErrBomb) {
				return fmt.Errorf("in the document that begins at line %d: %w", line+1, err)
			}
			return err
		}
		line += bytes.Count(text[:len(text)-len(rest)], []byte("\n"))
		text = rest
	}
	return nil
}

func checkDocument(doc []byte, depth int) error {
	decoder := yaml.NewDecoder(bytes.NewReader(doc))
	for {
		var root yaml.Node
		err := decoder.Decode(&root)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		m := measure{depth: depth, sizes: map[*yaml.Node]int{}}
		if _, err := m.size(&root); err != nil {
			return err
		}
	}
}

// measure finds how many nodes a document has with its aliases written out.
type measure struct {
	depth int
	// sizes of nodes that were measured; 0 for those that are being measured.
	sizes map[*yaml.Node]int
}

func (m *measure) size(n *yaml.Node) (int, error) {
	if size, ok := m.sizes[n]; ok {
		if size == 0 {
			return 0, ErrBomb
		}
		return size, nil
	}
	m.sizes[n] = 0
	total := 1
	children := n.Content
	if n.Kind == yaml.AliasNode {
		children = []*yaml.Node{n.Alias}
	}
	for _, child := range children {
		size, err := m.size(child)
		if err != nil {
			return 0, err
		}
		if total += size; total > maxNodes {
			return 0, ErrBomb
		}
	}
	if err := m.checkString(n); err != nil {
		return 0, err
	}
	m.sizes[n] = total
	return total, nil
}

// checkString looks into a string that could be YAML with aliases. What does
// not parse is no YAML, which is fine for a string.
func (m *measure) checkString(n *yaml.Node) error {
	if m.depth >= maxNested || n.Kind != yaml.ScalarNode ||
		!strings.Contains(n.Value, "&") || !strings.Contains(n.Value, "*") {
		return nil
	}
	for _, doc := range separator.Split(n.Value, -1) {
		if err := checkDocument([]byte(doc), m.depth+1); errors.Is(err, ErrBomb) {
			return err
		}
	}
	return nil
}
