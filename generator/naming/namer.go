package naming

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/previewset/previewset/generator"
)

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

// Name returns the names of a preview, with the parameters of its change. It
// depends on nothing else but the patterns. No two previews of all sets of a
// configuration share one of them, and no two of one set an ID; DBSchema is not a
// word that PostgreSQL or MySQL reserves, and does not begin with pg_.
//
// It does not fail for any branch or number, unless a template is wrong behind a
// condition that only some changes meet. It fails for a subject of another set and
// for parameters that lack one that a template uses.
func (n *Namer) Name(of Subject, params map[string]any) (generator.Names, error) {
	if of.Set != n.set {
		return generator.Names{}, fmt.Errorf("naming a change of set %q in set %q", of.Set, n.set)
	}
	key := of.Origin.Key
	r := request{subject: of, id: of.ID(), given: params}
	if key.Kind == generator.PullRequest {
		r.number = strconv.FormatInt(key.Number, 10)
	}
	// Patterns are known to be distinct for the kinds that the set selects.
	r.strange = !of.wellFormed() ||
		key.Kind == generator.PullRequest && !n.pullRequests || key.Kind == generator.Branch && !n.branches ||
		!slices.Contains(n.variants, of.Origin.Variant)
	var names [numNames]string
	for k := range n.patterns {
		var err error
		if names[k], err = n.patterns[k].name(&r); err != nil {
			return generator.Names{}, fmt.Errorf("set %q: %w", n.set, err)
		}
	}
	return generator.Names{
		ID: r.id, Application: names[application], Namespace: names[namespace],
		Host: names[hostName], DBSchema: names[dbSchema],
	}, nil
}
