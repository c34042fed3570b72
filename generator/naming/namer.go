package naming

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/previewset/previewset/generator"
)

// The indices of the names that have a pattern.
const (
	application = iota
	namespace
	hostName
	dbSchema
	numNames
)

// Namer names the changes of one set. It is immutable and safe for use by
// several goroutines.
type Namer struct {
	set                    string
	pullRequests, branches bool
	variants               []string // [""] for a set without variants
	patterns               [numNames]pattern
	hosts                  []hostTemplate // sorted by base
	url                    *Template      // nil for the default
	// previewHosts are the plain hosts of the previews of all sets, and plainHosts are
	// these and the plain names that the templates of further hosts make.
	previewHosts, plainHosts []language
}

// newNamer returns a Namer as if its set were the only one. The error joins all
// problems.
func newNamer(p Patterns) (*Namer, error) {
	if len(p.Set) > maxSet || p.Set == "" || cleanLabel(p.Set) != p.Set {
		return nil, fmt.Errorf("name: use 1 to %d lower-case letters, digits and dashes, with a letter or digit at both ends", maxSet)
	}
	if err := CheckVariants(p.Variants); err != nil {
		return nil, err
	}
	n := &Namer{set: p.Set, pullRequests: p.PullRequests, branches: p.Branches, variants: variantsOrEmpty(p.Variants)}
	problems := n.addTemplates(p)
	var errs []error
	for _, problem := range problems {
		errs = append(errs, fmt.Errorf("%s: %w", problem.Key, problem.Err))
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	return n, nil
}

// TemplateError is a mistake in a template of names.
type TemplateError struct {
	Key string // such as names.host
	Err error
}

// CheckTemplates returns the mistakes in the templates of a set. It ignores mistakes in the
// names of the set and its variants.
func CheckTemplates(p Patterns) []TemplateError {
	if CheckVariants(p.Variants) != nil {
		p.Variants = nil
	}
	return (&Namer{}).addTemplates(p)
}

// addTemplates adds the templates of p to n.
func (n *Namer) addTemplates(p Patterns) (problems []TemplateError) {
	n.patterns, problems = newPatterns(p)
	hosts, hostProblems := newHostTemplates(p, n.patterns[hostName])
	n.hosts, problems = hosts, append(problems, hostProblems...)
	if p.URL == "" {
		return problems
	}
	var err error
	if n.url, err = newURLTemplate(p); err != nil {
		problems = append(problems, TemplateError{urlKey, err})
	}
	return problems
}

func newPatterns(p Patterns) (all [numNames]pattern, problems []TemplateError) {
	defaults := DefaultPatterns(p.Set)
	add := func(name int, kind nameKind, key, text, fallback string) {
		made, err := newPattern(p, kind, key, cmp.Or(text, fallback))
		if err != nil {
			problems = append(problems, TemplateError{key, err})
		}
		made.isDefault = text == ""
		all[name] = made
	}
	add(application, label(maxApplication), "name", "", "{{.set}}-{{.id}}")
	add(namespace, label(maxLabel), "names.namespace", p.Namespace, defaults.Namespace)
	add(hostName, host{}, "names.host", p.Host, defaults.Host)
	add(dbSchema, schema{}, "names.dbSchema", p.DBSchema, defaults.DBSchema)
	return all, problems
}

// Name returns the names of a preview. params are the parameters of its change.
// The result depends on the arguments and the patterns only. No two previews in all
// sets of a configuration share a name, except for IDs, which are unique in one set.
// DBSchema is not a word that PostgreSQL or MySQL reserves, and does not begin with
// pg_.
//
// Name fails for a subject of another set, and if params lacks a parameter that a
// template uses. It does not fail for any branch or number, except where a template
// has an error inside a condition that is true for some changes only.
func (n *Namer) Name(subject Subject, params map[string]any) (generator.Names, error) {
	if subject.Set != n.set {
		return generator.Names{}, fmt.Errorf("the change belongs to set %q, not to set %q", subject.Set, n.set)
	}
	r := n.request(subject, params)
	var names [numNames]string
	for k := range n.patterns {
		var err error
		if names[k], err = n.patterns[k].name(r); err != nil {
			return generator.Names{}, fmt.Errorf("set %q: %w", n.set, err)
		}
	}
	return generator.Names{
		ID: r.id, Application: names[application], Namespace: names[namespace],
		Host: names[hostName], DBSchema: names[dbSchema],
	}, nil
}

// request returns the request for the names of a subject of the set.
func (n *Namer) request(subject Subject, params map[string]any) *request {
	key := subject.Origin.Key
	r := &request{subject: subject, id: subject.ID(), changeParams: params}
	if key.Kind == generator.PullRequest {
		r.number = strconv.FormatInt(key.Number, 10)
	}
	// Patterns are known to be distinct only for the kinds and variants of the set.
	r.hashOnly = !subject.wellFormed() ||
		key.Kind == generator.PullRequest && !n.pullRequests || key.Kind == generator.Branch && !n.branches ||
		!slices.Contains(n.variants, subject.Origin.Variant)
	return r
}
