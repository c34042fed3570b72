package naming

import (
	"errors"
	"fmt"
	"slices"
)

const (
	// maxSet leaves room for an id beside a set's name in a label.
	maxSet = 40
	// maxNameTemplate bounds the text of a template of a name, in bytes.
	maxNameTemplate = 1024
)

// Patterns are the Go templates of one set's names. They can use the parameters
// that stay the same for the life of a change: set, id, kind, number, branch,
// branch_slug, branchNormalized, organization, repository, url, change_url and
// variant. An empty template means the default of DefaultPatterns.
type Patterns struct {
	// Set is the set's name, an RFC 1123 label of at most 40 bytes.
	Set string
	// PullRequests and Branches are the kinds of change that the set selects.
	PullRequests, Branches bool
	// Variants must pass CheckVariants. They are empty if each change has one
	// preview.
	Variants []string
	// Namespace, Host and DBSchema are at most 1024 bytes each.
	Namespace, Host, DBSchema string
	// Hosts are the templates of further hosts, by the hosts of the base that they
	// replace. They can also use host, the host of the preview. The template {{.host}}
	// makes a host of the base the one that the host of the preview replaces.
	Hosts map[string]string
	// URL is the template of the URL at which people open a preview. It can also use
	// host. "" means https:// and the host.
	URL string
}

// DefaultPatterns returns the default templates of a set. PullRequests and Branches
// are false.
func DefaultPatterns(set string) Patterns {
	return Patterns{
		Set:       set,
		Namespace: "{{.set}}-{{.id}}",
		Host:      "{{.id}}.{{.set}}.preview.localhost",
		DBSchema:  "{{.set}}_{{.id}}",
	}
}

// NewNamers returns a Namer for each set of a configuration, by the set's name.
//
// The patterns must be in the order of the configuration: if two sets could have the same
// plain name, the earlier set keeps plain names, and the names of the later set are
// hashed. The error joins all problems of all sets. Each part names the set and the
// template.
func NewNamers(patterns []Patterns) (map[string]*Namer, error) {
	namers := make(map[string]*Namer, len(patterns))
	ordered := make([]*Namer, 0, len(patterns))
	var errs []error
	for _, p := range patterns {
		n, err := newNamer(p)
		if err == nil && namers[p.Set] != nil {
			err = errors.New("another set has the same name")
		}
		if err != nil {
			errs = append(errs, prefixSet(p.Set, err)...)
			continue
		}
		namers[p.Set] = n
		ordered = append(ordered, n)
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	hashOverlapping(ordered)
	hashOverlappingHosts(ordered)
	return namers, nil
}

// prefixSet returns the parts of err, each with the name of the set before it.
func prefixSet(set string, err error) []error {
	parts := []error{err}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		parts = slices.Clone(joined.Unwrap())
	}
	for k := range parts {
		parts[k] = fmt.Errorf("set %q: %w", set, parts[k])
	}
	return parts
}

// hashOverlapping makes the names of a set hashed if they could equal a plain name
// of an earlier set.
func hashOverlapping(namers []*Namer) {
	for name := range numNames {
		var plain []language // of the earlier sets
		for _, n := range namers {
			p := &n.patterns[name]
			if !p.distinct {
				continue
			}
			own := languagesOf(*p, n.pullRequests, n.branches)
			if anyOverlap(plain, own) {
				p.distinct = false
				continue
			}
			plain = append(plain, own...)
		}
	}
}
