package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// maxProblems and maxMessage bound the problems of a configuration: their number, and the
// bytes of one message.
const (
	maxProblems = 500
	maxMessage  = 1500
)

// Problem is one problem of a configuration file.
type Problem struct {
	// File is an included file; "" for the main file.
	File string `json:"file,omitempty"`
	// Line counts from 1; 0 if the problem has no line.
	Line int `json:"line"`
	// Path is the key, such as sets[0].source.github; "" for the file.
	Path    string `json:"path"`
	Message string `json:"message"`
}

// Problems is the error with all problems of the file Name.
type Problems struct {
	Name string
	List []Problem
}

// Error returns a line for each problem, as compilers print them.
func (p *Problems) Error() string {
	lines := make([]string, len(p.List))
	for i, problem := range p.List {
		lines[i] = cmp.Or(problem.File, p.Name) + ":"
		if problem.Line > 0 {
			lines[i] += fmt.Sprintf("%d:", problem.Line)
		}
		if problem.Path != "" {
			lines[i] += " " + problem.Path + ":"
		}
		lines[i] += " " + problem.Message
	}
	return strings.Join(lines, "\n")
}

// sorted returns the problems in the order of their files and lines, or nil.
func (p *Problems) sorted() error {
	if len(p.List) == 0 {
		return nil
	}
	slices.SortStableFunc(p.List, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
	})
	if more := len(p.List) - maxProblems; more > 0 {
		p.List = append(p.List[:maxProblems:maxProblems], Problem{Message: fmt.Sprintf("there are %d more problems", more)})
	}
	return p
}
