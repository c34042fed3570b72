package naming

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
)

// Names are what a preview and its parts are called.
type Names struct {
	// ID is what Identity.ID returns. The others are shared by no two previews
	// of all sets of a config, an ID by no two of one set.
	ID string
	// Application is an RFC 1123 label of at most 53 bytes, Namespace one of at
	// most 63.
	Application, Namespace string
	// Host is an RFC 1123 name of at most 253 bytes, each label at most 63.
	Host string
	// DBSchema matches [a-z_][a-z0-9_]*, is at most 63 bytes, doesn't begin
	// with pg_ and is no word reserved by PostgreSQL or MySQL.
	DBSchema string
}

// The names that a pattern makes, as indices.
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
	variants               []string // "" alone where there are none
	patterns               [numNames]pattern
}

// newNamer returns a Namer as if its set was the only one. Its error joins all
// that is wrong.
func newNamer(p Patterns) (*Namer, error) {
	if len(p.Set) > maxSet || p.Set == "" || cleanLabel(p.Set) != p.Set {
		return nil, fmt.Errorf("name: it must be an RFC 1123 label, a-z, 0-9 and \"-\" within, of at most %d bytes", maxSet)
	}
	if err := CheckVariants(p.Variants); err != nil {
		return nil, err
	}
	n := &Namer{set: p.Set, pullRequests: p.PullRequests, branches: p.Branches, variants: orNone(p.Variants)}
	usual := DefaultPatterns(p.Set)
	var errs []error
	add := func(name int, f form, key, text, otherwise string) {
		if text == "" {
			text = otherwise
		}
		made, err := newPattern(p, f, key, text)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", key, err))
		}
		n.patterns[name] = made
	}
	add(application, label(maxApplication), "name", "", "{{.set}}-{{.id}}")
	add(namespace, label(maxLabel), "names.namespace", p.Namespace, usual.Namespace)
	add(hostName, host{}, "names.host", p.Host, usual.Host)
	add(dbSchema, schema{}, "names.dbSchema", p.DBSchema, usual.DBSchema)
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	return n, nil
}

// Name returns the names of the preview that id is, with the parameters of its
// change. It depends on nothing else but the patterns.
//
// It does not fail for any ref or number, but where a template itself is wrong
// behind a condition that only some meet. It fails for the identity of another
// set and for parameters that lack one that a template uses.
func (n *Namer) Name(id Identity, params map[string]any) (Names, error) {
	if id.Set != n.set {
		return Names{}, fmt.Errorf("naming a change of set %q in set %q", id.Set, n.set)
	}
	s := subject{identity: id, id: id.ID(), given: params}
	if id.Kind == kindPullRequest {
		s.number = strconv.FormatInt(id.Number, 10)
	}
	// Patterns are known to be distinct for the kinds that the set selects.
	s.strange = !id.wellFormed() ||
		id.Kind == kindPullRequest && !n.pullRequests || id.Kind == kindBranch && !n.branches ||
		!slices.Contains(n.variants, id.Variant)
	var names [numNames]string
	for k := range n.patterns {
		var err error
		if names[k], err = n.patterns[k].name(&s); err != nil {
			return Names{}, fmt.Errorf("set %q: %w", n.set, err)
		}
	}
	return Names{
		ID: s.id, Application: names[application], Namespace: names[namespace],
		Host: names[hostName], DBSchema: names[dbSchema],
	}, nil
}
