package closure

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Errors of an object that is not exactly one mapping.
var (
	errBoundary = errors.New("a line of it ends a YAML document")
	errNoObject = errors.New("it is not a mapping")
)

// treeOf returns the JSON object in content as YAML nodes, in the order of its keys. Their
// tags are those of YAML's core schema.
func treeOf(content []byte) (*yaml.Node, error) {
	d := json.NewDecoder(bytes.NewReader(content))
	d.UseNumber()
	root, err := nextNode(d)
	if err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) || root.Kind != yaml.MappingNode {
		return nil, errNoObject
	}
	return root, nil
}

// nextNode returns the next value of d.
func nextNode(d *json.Decoder) (*yaml.Node, error) {
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch value := token.(type) {
	case json.Delim:
		if value == '{' {
			return collection(d, yaml.MappingNode, yaml.NodeTagMap)
		}
		return collection(d, yaml.SequenceNode, yaml.NodeTagSeq)
	case string:
		return scalar(yaml.NodeTagString, value), nil
	case json.Number:
		return scalar(tagOfNumber(value.String()), value.String()), nil
	case bool:
		return scalar(yaml.NodeTagBool, strconv.FormatBool(value)), nil
	case nil:
		return scalar(yaml.NodeTagNull, "null"), nil
	}
	return nil, fmt.Errorf("a value of the type %T is not JSON", token)
}

// collection returns the rest of a JSON object or array, whose beginning d has read. The
// keys of an object are values like others.
func collection(d *json.Decoder, kind yaml.Kind, tag string) (*yaml.Node, error) {
	n := &yaml.Node{Kind: kind, Tag: tag}
	for d.More() {
		child, err := nextNode(d)
		if err != nil {
			return nil, err
		}
		n.Content = append(n.Content, child)
	}
	_, err := d.Token()
	return n, err
}

func scalar(tag, text string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: tag, Value: text}
}

// tagOfNumber returns the tag of a JSON number.
func tagOfNumber(text string) string {
	if strings.ContainsAny(text, ".eE") {
		return yaml.NodeTagFloat
	}
	return yaml.NodeTagInt
}

// sameTree reports whether two results of treeOf are equal.
func sameTree(a, b *yaml.Node) bool {
	return a.Kind == b.Kind && a.Tag == b.Tag && a.Value == b.Value && slices.EqualFunc(a.Content, b.Content, sameTree)
}
