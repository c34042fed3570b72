package naming

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

const (
	// hostsKey is the key of the templates of further hosts.
	hostsKey = "overlay.hosts"
	// wildcard begins a host that stands for all names below another one.
	wildcard = "*."
)

// hostTemplate makes the host that replaces a host of the base.
type hostTemplate struct {
	pattern
	// base is the host of the base, in lower case. It can begin with wildcard. The text of
	// the template then begins with it, too, and is without it here.
	base string
	// isHost is true for the template {{.host}}, and usesHost for others with {{.host}}.
	isHost, usesHost bool
}

// newHostTemplates returns the templates of p.Hosts, sorted by their hosts. own is the
// pattern of the hosts of previews.
func newHostTemplates(p Patterns, own pattern) (all []hostTemplate, problems []TemplateError) {
	bases := map[string]string{} // by the text of the template
	add := func(key string) error {
		t, err := newHostTemplate(p, own, key, p.Hosts[key])
		if err != nil {
			return err
		}
		if slices.ContainsFunc(all, func(other hostTemplate) bool { return other.base == t.base }) {
			return errors.New("the host is listed twice, in capital and in small letters: remove one")
		}
		text := wildcardOf(t.base) + t.tmpl.tmpl.Root.String()
		if other, taken := bases[text]; taken {
			return fmt.Errorf("the template is also that of %s, so that both hosts would be the same: use another template", other)
		}
		bases[text], all = t.base, append(all, t)
		return nil
	}
	for _, key := range slices.Sorted(maps.Keys(p.Hosts)) {
		if err := add(key); err != nil {
			problems = append(problems, TemplateError{hostsKey + "." + key, err})
		}
	}
	slices.SortFunc(all, func(a, b hostTemplate) int { return strings.Compare(a.base, b.base) })
	return all, problems
}

func newHostTemplate(p Patterns, own pattern, base, text string) (hostTemplate, error) {
	t := hostTemplate{base: strings.ToLower(base)}
	prefix := wildcardOf(t.base)
	if !isBaseHost(strings.TrimPrefix(t.base, prefix)) {
		return t, errors.New("the key is not a host: write a host of the base, such as api.shop.example.com or *.shop.example.com")
	}
	text, found := strings.CutPrefix(text, prefix)
	switch {
	case !found:
		return t, fmt.Errorf("the host stands for all names below another one, and the template does not: begin the template with %s", wildcard)
	case strings.HasPrefix(text, wildcard):
		return t, fmt.Errorf("the template stands for all names below a host, and %s does not: remove %s", base, wildcard)
	case text == "":
		return t, errors.New("the template is empty: write a host, such as api-{{.host}}")
	}
	tmpl, err := parseNameTemplate(p, hostsKey+"."+base, text, hostField)
	if err != nil {
		return t, err
	}
	t.pattern = pattern{kind: host{}, tmpl: tmpl}
	if nodes := tmpl.tmpl.Root.Nodes; len(nodes) == 1 {
		_, field := textOrField(nodes[0])
		t.isHost = field == hostField
	}
	t.usesHost = !t.isHost && slices.Contains(tmpl.fields(), hostField)
	t.keyTemplates = t.keyTemplatesOf(p, own.keyTemplates)
	t.distinct = t.isDistinct(p) && (!t.usesHost || own.distinct)
	return t, nil
}

// wildcardOf returns wildcard if base begins with it, and "" if not.
func wildcardOf(base string) string {
	if strings.HasPrefix(base, wildcard) {
		return wildcard
	}
	return ""
}

// isBaseHost reports whether s can be a host of a base: a name of at most maxHost bytes
// whose labels have letters, digits, dashes and underscores.
func isBaseHost(s string) bool {
	return s != "" && len(s) <= maxHost && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-_.") == "" &&
		!strings.Contains(s, "..") && s[0] != '.' && s[len(s)-1] != '.'
}

// name returns the host that t makes for r, whose preview has the host own. It is hashed if
// hashOnly is true.
func (t hostTemplate) name(r *request, own string, hashOnly bool) (string, error) {
	if t.isHost {
		return own, nil
	}
	raw, err := t.tmpl.execute(r.paramsWith(own))
	if err := ignoreTooLong(raw, err); err != nil {
		return "", err
	}
	k := t.keyTemplates[r.subject.Origin.Variant]
	key := map[string]string{"id": r.id, "number": r.number}[k.key]
	// With a hashed host for {{.host}}, the output is not in the language of t.
	if t.distinct && !hashOnly && !r.hashOnly && raw == k.render(key) && t.kind.plain(raw) {
		return raw, nil
	}
	return t.kind.hashed(raw, r.id, r.hash()), nil
}

// paramsWith returns the parameters that templates of further hosts and of URLs can use.
func (r *request) paramsWith(host string) map[string]any {
	params := maps.Clone(r.params())
	params[hostField] = host
	return params
}

// hashOverlappingHosts makes the names of a template of further hosts hashed if they could
// equal a plain host of a preview in any set, or a plain name of an earlier template. It
// must follow hashOverlapping, so that the host of no preview depends on these templates.
func hashOverlappingHosts(namers []*Namer) {
	var plain []language
	for _, n := range namers {
		if own := n.patterns[hostName]; own.distinct {
			plain = append(plain, languagesOf(own, n.pullRequests, n.branches)...)
		}
	}
	previews := slices.Clone(plain)
	for _, n := range namers {
		for _, prefix := range []string{"", wildcard} { // a wildcard can be that of another host
			for i := range n.hosts {
				if t := &n.hosts[i]; wildcardOf(t.base) == prefix {
					plain = append(plain, n.addHostLanguage(t, plain)...)
				}
			}
		}
	}
	for _, n := range namers {
		n.previewHosts, n.plainHosts = previews, plain
	}
}

// addHostLanguage returns the plain names of t that are not in plain. If it has others, its
// names are hashed.
func (n *Namer) addHostLanguage(t *hostTemplate, plain []language) []language {
	own := n.patterns[hostName]
	t.distinct = t.distinct && (!t.usesHost || own.distinct)
	if !t.distinct || t.isHost {
		return nil
	}
	if wildcardOf(t.base) != "" {
		// A wildcard may be that of another host of the same preview: one keyTemplate
		// makes equal names only for the same preview.
		same := func(p pattern) bool { return p.distinct && maps.Equal(p.keyTemplates, t.keyTemplates) }
		if same(own) || slices.ContainsFunc(n.hosts, func(other hostTemplate) bool {
			return wildcardOf(other.base) == "" && !other.isHost && same(other.pattern)
		}) {
			return nil
		}
	}
	languages := languagesOf(t.pattern, n.pullRequests, n.branches)
	//promise:further-hosts-are-unique
	if anyOverlap(plain, languages) {
		t.distinct = false
		return nil
	}
	return languages
}

// BaseHosts returns the hosts of the base that have a template, in lower case, sorted.
func (n *Namer) BaseHosts() (hosts []string) {
	for _, t := range n.hosts {
		hosts = append(hosts, t.base)
	}
	return hosts
}
