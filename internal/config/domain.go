package config

import (
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/git"
	"github.com/previewset/previewset/generator/naming"
)

// Selection returns the rules by which s selects changes. s must come from Parse.
func (s Set) Selection() (generator.Selection, error) {
	sel := generator.Selection{
		Lifetime: generator.Lifetime{
			Idle:      time.Duration(s.Lifetime.Idle),
			Max:       time.Duration(s.Lifetime.Max),
			KeepLabel: s.Lifetime.KeepLabel,
		},
		Limit: s.Limits.Previews,
	}
	var err error
	if sel.PullRequests, err = s.Select.PullRequests.rules(); err != nil {
		return generator.Selection{}, err
	}
	if sel.Branches, err = s.Select.Branches.rules(); err != nil {
		return generator.Selection{}, err
	}
	return sel, nil
}

func (p *PullRequests) rules() (*generator.PullRequestRules, error) {
	if p == nil {
		return nil, nil
	}
	targets, err := parseGlobs(p.TargetBranches)
	if err != nil {
		return nil, err
	}
	rules := &generator.PullRequestRules{
		Labels:         generator.LabelRule(p.Labels),
		TargetBranches: targets,
		Drafts:         p.Drafts,
	}
	if p.Forks != "deny" {
		rules.ForkLabel = p.Forks
	}
	return rules, nil
}

func (b *Branches) rules() (*generator.BranchRules, error) {
	if b == nil {
		return nil, nil
	}
	include, err := parseGlobs(b.Include)
	if err != nil {
		return nil, err
	}
	exclude, err := parseGlobs(b.Exclude)
	if err != nil {
		return nil, err
	}
	return &generator.BranchRules{Include: include, Exclude: exclude}, nil
}

func parseGlobs(patterns []string) ([]generator.Glob, error) {
	globs := make([]generator.Glob, len(patterns))
	for i, p := range patterns {
		var err error
		if globs[i], err = generator.ParseGlob(p); err != nil {
			return nil, err
		}
	}
	return globs, nil
}

// RemovalGuard returns the set's guard. s must come from Parse.
func (s Set) RemovalGuard() generator.Guard {
	return generator.Guard{Removals: *s.Guard.Removals, Percent: *s.Guard.Percent, AllowAll: s.Guard.AllowAll, AtLeast: *s.Guard.AtLeast}
}

// GitOpsBranch returns the branch that previews are written to, for the set s; nil for a
// configuration without gitops.
func (c *Config) GitOpsBranch(s Set) *generator.GitOpsBranch {
	if c.GitOps == nil {
		return nil
	}
	repository, _ := git.RepositoryOf(c.GitOps.URL) // on an error, with the URL alone
	b := &generator.GitOpsBranch{Repository: repository, Name: c.GitOps.Branch}
	b.IsSource = b.In(s.Source.Repository()) != ""
	return b
}

// Patterns returns the name templates of all sets, in the order of the configuration.
func (c *Config) Patterns() []naming.Patterns {
	patterns := make([]naming.Patterns, len(c.Sets))
	for i, s := range c.Sets {
		patterns[i] = naming.Patterns{
			Set:          s.Name,
			PullRequests: s.Select.PullRequests != nil,
			Branches:     s.Select.Branches != nil,
			Variants:     s.variantNames(),
			Namespace:    s.Names.Namespace,
			Host:         s.Names.Host,
			DBSchema:     s.Names.DBSchema,
			URL:          s.Names.URL,
		}
		if s.Overlay != nil {
			patterns[i].Hosts = s.Overlay.Hosts
		}
	}
	return patterns
}

func (s *Set) variantNames() []string {
	var names []string
	for _, v := range s.Variants {
		names = append(names, v.Name)
	}
	return names
}
