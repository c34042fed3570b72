package config

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/previewset/previewset/generator/forge"
)

// document is a configuration as nodes, and the problems found so far.
type document struct {
	problems Problems
	reported map[Problem]bool
	nodes    map[string]*node // by their path in the complete configuration
	// broken has the paths of values that were not decoded, and incomplete those of their
	// parents. Other problems of both may be consequences, so they are not reported.
	broken, incomplete map[string]bool
	// shared has the problems of the maps of defaults alone, by the paths in a set.
	shared map[Problem]bool
}

func newDocument(name string) *document {
	return &document{problems: Problems{Name: name}, reported: map[Problem]bool{}, nodes: map[string]*node{}, broken: map[string]bool{}, incomplete: map[string]bool{}}
}

// add records a problem once: a value of defaults belongs to several sets.
func (d *document) add(p Problem) {
	if len(p.Message) > maxMessage {
		p.Message = strings.ToValidUTF8(p.Message[:maxMessage], "") + "…"
	}
	if !d.reported[p] {
		d.reported[p] = true
		d.problems.List = append(d.problems.List, p)
	}
}

// addAt records a problem of n.
func (d *document) addAt(n *node, format string, args ...any) {
	d.add(Problem{File: n.file, Line: n.line, Path: n.path(), Message: fmt.Sprintf(format, args...)})
}

// addProblem records a problem of the key at a path of the complete configuration, unless
// it may be a consequence of another problem.
func (d *document) addProblem(path, format string, args ...any) {
	p := Problem{Path: path, Message: fmt.Sprintf(format, args...)}
	path = d.sharedPath(p)
	if d.incomplete[path] || d.isBroken(path) {
		return
	}
	if n, rest := d.find(path); n != nil { // for a missing key, the line of its parent
		p.File, p.Line, p.Path = n.file, n.line, strings.TrimPrefix(n.path()+rest, ".")
	}
	d.add(p)
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

// breakPath marks the value at a path as broken.
func (d *document) breakPath(path string) {
	d.broken[path] = true
	d.markIncomplete(parentPath(path))
}

// markIncomplete marks a value of which a part is unknown.
func (d *document) markIncomplete(path string) {
	for path != "" && !d.incomplete[path] {
		d.incomplete[path] = true
		path = parentPath(path)
	}
}

// isBroken reports whether the value at a path, or one of its parents, is broken.
func (d *document) isBroken(path string) bool {
	for path != "" && !d.broken[path] {
		path = parentPath(path)
	}
	return d.broken[path]
}

// find returns the node at a path, or its deepest parent with the rest of the path.
func (d *document) find(path string) (n *node, rest string) {
	for parent := path; ; parent = parentPath(parent) {
		if n := d.nodes[parent]; n != nil || parent == "" {
			return n, path[len(parent):]
		}
	}
}

// placeOf returns the file and the line of the value at a path, for a message.
func (d *document) placeOf(path string) string {
	n, _ := d.find(path)
	return fmt.Sprintf("%s:%d", cmp.Or(n.file, d.problems.Name), n.line)
}

// hasProblem reports whether there is a problem of the key at a path.
func (d *document) hasProblem(path string) bool {
	for p := range d.reported {
		if n, rest := d.find(path); n != nil && p.File == n.file && p.Path == strings.TrimPrefix(n.path()+rest, ".") {
			return true
		}
	}
	return false
}

func (d *document) hasPath(path string) bool { return d.nodes[path] != nil }

// parentPath returns the path without its last key or index.
func parentPath(path string) string { return path[:max(0, strings.LastIndexAny(path, ".["))] }
