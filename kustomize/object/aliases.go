package object

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"regexp"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// maxNodes bounds the nodes of a YAML document with expanded aliases. Kustomize
// expands aliases (DeAnchor in kyaml/yaml/rnode.go). Without a bound, a few hundred
// bytes could exhaust the memory or the stack, and Go can't recover from either.
const maxNodes = 1 << 18

// maxNested bounds the levels of YAML in strings of other YAML.
const maxNested = 8

// ErrBomb is the error of CheckYAML for aliases that it refuses.
var ErrBomb = errors.New("its YAML aliases refer to themselves or expand to too many nodes")

// separator matches the line at which Kustomize splits a file into documents
// (splitDocuments in kyaml/kio/byteio_reader.go).
var separator = regexp.MustCompile(`\n---.*\n`)

// CheckYAML returns an error unless content is YAML with harmless aliases. With
// nested, it also checks the aliases of strings that may be YAML, such as inline
// patches. The error is ErrBomb for aliases, or the parser's error.
func CheckYAML(content []byte, nested bool) error {
	depth := maxNested
	if nested {
		depth = 0
	}
	return checkDocuments(content, depth)
}

func checkDocuments(content []byte, depth int) error {
	for line, doc := range documents(content) {
		if err := checkDocument(doc, depth); err != nil {
			if line > 0 && !errors.Is(err, ErrBomb) {
				return fmt.Errorf("in the document that begins at line %d: %w", line+1, err)
			}
			return err
		}
	}
	return nil
}

// documents returns the documents of content, as Kustomize splits it, with the number of
// lines before them.
func documents(content []byte) iter.Seq2[int, []byte] {
	return func(yield func(int, []byte) bool) {
		text := bytes.ReplaceAll(content, []byte("\r\n"), []byte("\n"))
		line := 0
		for len(text) > 0 {
			doc, rest := text, []byte(nil)
			if at := separator.FindIndex(text); at != nil {
				doc, rest = text[:at[0]+1], text[at[1]:]
			}
			if !yield(line, doc) {
				return
			}
			line += bytes.Count(text[:len(text)-len(rest)], []byte("\n"))
			text = rest
		}
	}
}

// Documents returns the root nodes of the documents of content, except those that are empty
// or not valid YAML.
func Documents(content []byte) []*yaml.Node {
	var roots []*yaml.Node
	for _, doc := range documents(content) {
		_ = eachRoot(doc, func(root *yaml.Node) error {
			roots = append(roots, root.Content...)
			return nil
		})
	}
	return roots
}

func checkDocument(doc []byte, depth int) error {
	return eachRoot(doc, func(root *yaml.Node) error {
		m := nodeCounter{depth: depth, sizes: map[*yaml.Node]int{}}
		_, err := m.size(root)
		return err
	})
}

// eachRoot calls do with each document node in doc, until do returns an error or doc is not
// valid YAML.
func eachRoot(doc []byte, do func(root *yaml.Node) error) error {
	decoder := yaml.NewDecoder(bytes.NewReader(doc))
	for {
		var root yaml.Node
		err := decoder.Decode(&root)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = do(&root)
		}
		if err != nil {
			return err
		}
	}
}

// nodeCounter counts the nodes of a document with expanded aliases.
type nodeCounter struct {
	depth int
	// sizes of counted nodes; 0 for a node whose count is in progress.
	sizes map[*yaml.Node]int
}

func (m *nodeCounter) size(n *yaml.Node) (int, error) {
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

// checkString checks a string that could be YAML with aliases. A string that does not
// parse is not YAML, and is fine.
func (m *nodeCounter) checkString(n *yaml.Node) error {
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
