package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Problem is one thing that is wrong with a configuration file.
type Problem struct {
	// Line counts from 1; 0 where the thing is missing altogether.
	Line int `json:"line"`
	// Path is where it is, such as sets[0].source.github; "" for the file.
	Path    string `json:"path"`
	Message string `json:"message"`
}

// Problems is an error: all that is wrong with the file Name.
type Problems struct {
	Name string
	List []Problem
}

// Error returns a line for each problem, as compilers print them.
func (p *Problems) Error() string {
	lines := make([]string, len(p.List))
	for i, problem := range p.List {
		lines[i] = p.Name + ":"
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

func (p *Problems) sorted() error {
	if len(p.List) == 0 {
		return nil
	}
	slices.SortStableFunc(p.List, func(a, b Problem) int { return cmp.Compare(a.Line, b.Line) })
	p.List = slices.Compact(p.List)
	return p
}
