package naming

import (
	"fmt"
	"slices"
	"strings"

	"github.com/previewset/previewset/generator"
)

// SharedHostError means that two hosts of a base would become the same host.
type SharedHostError struct {
	// Bases are the hosts of the base, and Name is the host that both would become.
	Bases [2]string
	Name  string
}

// Error names the hosts and the remedy.
func (e *SharedHostError) Error() string {
	return fmt.Sprintf("the hosts %s and %s of the base would both become %s: set another host for one of them in %s", e.Bases[0], e.Bases[1], e.Name, hostsKey)
}

// Hosts returns the hosts of a preview beside own, which is its Names.Host, in the order of
// bases. These are the hosts of the preview's base. params are the parameters of its
// change. A host of the base that is not in the result is replaced by own.
//
// No two previews in all sets of a configuration share a host. If own is not the host that
// Name returns, the preview keeps a former name. Then the hosts in recorded, which it had
// before, stay, and others are hashed.
//
// The error is a *SharedHostError if two hosts of the base would become the same host.
func (n *Namer) Hosts(subject Subject, params map[string]any, own string, recorded []generator.Host, bases []string) ([]generator.Host, error) {
	r := n.request(subject, params)
	made, err := n.patterns[hostName].name(r)
	h := &hostNamer{Namer: n, request: r, own: own, kept: err != nil || made != own, names: map[string]string{}, taken: map[string]string{}}
	for _, base := range bases {
		if base = strings.ToLower(base); base != "" && !slices.Contains(h.bases, base) {
			h.bases = append(h.bases, base)
		}
	}
	for _, host := range recorded {
		if h.kept {
			h.names[strings.ToLower(host.Base)] = host.Name
		}
	}
	if len(h.bases) == 0 {
		return nil, nil
	}
	if err := h.explicit(); err != nil {
		return nil, fmt.Errorf("set %q: %w", n.set, err)
	}
	if err := h.derive(); err != nil {
		return nil, err
	}
	return h.hosts()
}

// Unserved returns the host of the base that Names.Host would replace if it had no template
// of another host; "" if Names.Host replaces one. The result is "" if the URL of previews has
// another host.
func (n *Namer) Unserved(bases []string) string {
	h := &hostNamer{Namer: n, names: map[string]string{}}
	for _, base := range bases {
		h.bases = append(h.bases, strings.ToLower(base))
	}
	if len(bases) == 0 || !n.linksToHost() {
		return ""
	}
	if main := h.main(); h.template(main) != nil && !h.isHost(main) {
		return main
	}
	return ""
}

// hostNamer names the hosts of one preview.
type hostNamer struct {
	*Namer
	request *request
	own     string
	// kept is true if own is a former name.
	kept  bool
	bases []string // in lower case, without duplicates
	// names are the hosts of the preview so far, by the hosts of the base, with wildcards.
	names map[string]string
	// taken has the host of the base for each value of names without its wildcard.
	taken map[string]string
}

// roots returns the bases without their wildcards, each once.
func (h *hostNamer) roots() (roots []string) {
	for _, base := range h.bases {
		if root := strings.TrimPrefix(base, wildcard); !slices.Contains(roots, root) {
			roots = append(roots, root)
		}
	}
	return roots
}

// template returns the template for a host of the base, nil for none.
func (h *hostNamer) template(base string) *hostTemplate {
	i := slices.IndexFunc(h.Namer.hosts, func(t hostTemplate) bool { return t.base == base })
	if i < 0 {
		return nil
	}
	return &h.Namer.hosts[i]
}

func (h *hostNamer) isHost(base string) bool {
	t := h.template(base)
	return t != nil && t.isHost
}

// explicit sets the names that templates make, and the host that own replaces.
func (h *hostNamer) explicit() error {
	main := h.main()
	for _, base := range append(h.roots(), h.bases...) {
		t := h.template(base)
		if t == nil || h.names[base] != "" {
			continue
		}
		name, err := t.name(h.request, h.own, h.kept)
		if err != nil {
			return err
		}
		h.names[base] = wildcardOf(base) + name
	}
	if h.names[main] == "" {
		h.names[main] = h.own
	}
	for _, base := range append(h.roots(), h.bases...) {
		if name := strings.TrimPrefix(h.names[base], wildcard); name != "" && h.taken[name] == "" {
			h.taken[name] = base
		}
	}
	return nil
}

// main returns the host of the base, without a wildcard, that own replaces: the one with the
// template {{.host}}, or the first one without a wildcard. If the preview keeps another name
// for it, own replaces the first host for which it keeps none.
func (h *hostNamer) main() string {
	order := slices.DeleteFunc(slices.Clone(h.bases), func(base string) bool { return wildcardOf(base) != "" })
	designated := slices.IndexFunc(order, h.isHost)
	if len(order) == 0 { // all are wildcards
		order = h.roots()
		designated = slices.IndexFunc(order, func(root string) bool { return h.isHost(root) || h.isHost(wildcard+root) })
	}
	main := order[max(designated, 0)]
	if h.names[main] == "" {
		return main
	}
	if i := slices.IndexFunc(order, func(base string) bool { return h.names[base] == "" }); i >= 0 {
		return order[i]
	}
	delete(h.names, main)
	return main
}

// derive sets the names that consist of labels of the base's host and of own.
func (h *hostNamer) derive() error {
	for _, root := range h.roots() {
		if h.names[root] != "" || !h.needs(root) && !h.needs(wildcard+root) {
			continue
		}
		name := ""
		labels := strings.Split(root, ".")
		for n := 1; n <= len(labels) && (name == "" || h.taken[name] != ""); n++ {
			name = h.derived(hostPrefix(labels[:n]) + "-" + h.own)
		}
		if other := h.taken[name]; other != "" {
			return &SharedHostError{[2]string{other, root}, name}
		}
		h.names[root], h.taken[name] = name, root
	}
	return nil
}

// needs reports whether base is a host of the base that has no name yet.
func (h *hostNamer) needs(base string) bool {
	return h.names[base] == "" && slices.Contains(h.bases, base)
}

// hostPrefix joins labels of a host with dashes. "xn--" at the start would make the
// result Punycode of other characters (RFC 3492).
func hostPrefix(labels []string) string {
	prefix := cleanLabel(strings.Join(labels, "-"))
	if rest, ok := strings.CutPrefix(prefix, "xn--"); ok {
		prefix = "xn-" + rest
	}
	if prefix == "" {
		return "host"
	}
	return prefix
}

// derived returns raw, which consists of a label, a dash and own, or a hashed host.
func (h *hostNamer) derived(raw string) string {
	//promise:derived-hosts-are-unique
	if !h.kept && !h.request.hashOnly && h.isUnused(raw) {
		return raw
	}
	return host{}.hashed(raw, h.request.id, h.request.hash())
}

// isUnused reports whether raw is a plain host that no other preview can have; see the
// documentation of the package.
func (h *hostNamer) isUnused(raw string) bool {
	if !(host{}).plain(raw) || anyOverlap(h.plainHosts, []language{textLanguage(raw)}) {
		return false
	}
	label, _, _ := strings.Cut(raw, ".")
	for i := range label {
		// The rest is the host of a preview from which raw can also be derived.
		if rest := raw[i+1:]; label[i] == '-' && rest != h.own && anyOverlap(h.previewHosts, []language{textLanguage(rest)}) {
			return false
		}
	}
	return true
}

// hosts returns the pairs of the bases that own does not replace.
func (h *hostNamer) hosts() (hosts []generator.Host, err error) {
	owners := map[string]string{}
	for _, base := range h.bases {
		name := h.names[base]
		if name == "" {
			name = wildcard + h.names[strings.TrimPrefix(base, wildcard)]
		}
		if other, shared := owners[name]; shared {
			return nil, &SharedHostError{[2]string{other, base}, name}
		}
		owners[name] = base
		if name != h.own {
			hosts = append(hosts, generator.Host{Base: base, Name: name})
		}
	}
	return hosts, nil
}
