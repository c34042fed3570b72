package config

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
)

// decodeDefaults decodes the keys for all sets, which reports their mistakes even if no set
// uses them.
func (d *document) decodeDefaults(n *node, c *Config) {
	if n == nil || n.isNull() {
		return
	}
	var set Set
	d.decode(n, "defaults", reflect.ValueOf(&set).Elem())
	if name := n.get("name"); name != nil {
		d.addAt(name, "each set needs a name of its own: move the key to the sets")
	}
	c.Defaults = &set
	d.shareProblems(n)
}

// shareProblems finds the problems that the maps of defaults have alone, such as two keys
// that exclude each other. They are reported there, and not for each set.
func (d *document) shareProblems(n *node) {
	alone := newDocument("")
	var set Set
	alone.decode(n, "", reflect.ValueOf(&set).Elem())
	set.defaults()
	alone.checkSet("", &Config{}, &set)
	d.shared = map[Problem]bool{}
	for p := range alone.reported {
		if rest := strings.TrimPrefix(p.Path, "defaults."); alone.nodes[rest] != nil {
			d.shared[Problem{Path: rest, Message: p.Message}] = true
		}
	}
}

// sharedPath returns the path of a problem: that in defaults if a map there has the problem
// alone.
func (d *document) sharedPath(p Problem) string {
	_, rest, inSet := strings.Cut(p.Path, "].")
	if n := d.nodes[p.Path]; inSet && n != nil && n.isMapping() && d.shared[Problem{Path: rest, Message: p.Message}] {
		return "defaults." + rest
	}
	return p.Path
}

// withDefaults returns a set with the keys of defaults that it does not have. Both may be
// any value.
func (d *document) withDefaults(set, defaults *node) *node {
	if defaults == nil || !defaults.isMapping() || !set.isMapping() {
		return set
	}
	for _, kind := range []string{"pullRequests", "branches"} {
		own, other := set.get("select").get(kind), defaults.get("select").get(kind)
		if own != nil && own.isNull() && other != nil && !other.isNull() {
			d.addAt(own, "the key has no value, and defaults sets it: write {} to select with the rules of defaults, or move the key from defaults to the sets")
		}
	}
	if own := set.get("feedback"); own != nil && own.isNull() && defaults.get("feedback") != nil {
		// The set removes the feedback of defaults: alone, the key would enable it.
		set, defaults = set.without("feedback"), defaults.without("feedback")
	}
	defaults = defaults.without("name")
	if own, other := set.get("source"), defaults.get("source"); own != nil && other != nil && len(own.entries) > 0 {
		// A set with its own forge needs no defaults of other forges.
		source := *other
		source.entries = slices.DeleteFunc(slices.Clone(other.entries), func(e entry) bool { return own.index(e.key) < 0 })
		defaults = defaults.with("source", &source)
	}
	return merge(set, defaults)
}

// merge returns own with the keys of defaults that it does not have, at every level. Values
// keep their places.
func merge(own, defaults *node) *node {
	if !own.isMapping() || !defaults.isMapping() {
		return own
	}
	merged := *own
	merged.entries = slices.Clone(own.entries)
	for _, e := range defaults.entries {
		if i := own.index(e.key); i >= 0 {
			merged.entries[i].value = merge(own.entries[i].value, e.value)
		} else {
			merged.entries = append(merged.entries, e)
		}
	}
	return &merged
}

// fillPresent sets fields whose key has no value ("branches:"): a kind is selected if
// its key is present, and argocd and feedback need no value.
func (d *document) fillPresent(c *Config) {
	if c.ArgoCD == nil && d.hasPath("argocd") {
		c.ArgoCD = &ArgoCD{}
	}
	for i := range c.Sets {
		path := fmt.Sprintf("sets[%d].", i)
		if c.Sets[i].Feedback == nil && d.hasPath(path+"feedback") {
			c.Sets[i].Feedback = &Feedback{}
		}
		selects := path + "select."
		s := &c.Sets[i].Select
		if s.PullRequests == nil && d.hasPath(selects+"pullRequests") {
			s.PullRequests = &PullRequests{}
		}
		if s.Branches == nil && d.hasPath(selects+"branches") {
			s.Branches = &Branches{}
		}
	}
}

func (c *Config) defaults() {
	setDefault(&c.Poll, Duration(time.Minute))
	setDefault(&c.MaxAge, max(Duration(time.Hour), 3*c.Poll))
	if g := c.GitOps; g != nil {
		setDefault(&g.Branch, "main")
		setDefault(&g.Path, "previews")
		setDefault(&g.Author.Name, "previewset")
		setDefault(&g.Author.Email, "previewset@localhost")
	}
	if a := c.ArgoCD; a != nil {
		setDefault(&a.Namespace, "argocd")
		setDefault(&a.ConfigMap, "previewset")
	}
	for i := range c.Sets {
		c.Sets[i].defaults()
	}
}

func (s *Set) defaults() {
	g := &s.Guard
	removals, percent, atLeast := 10, 50, 3
	setDefault(&g.Removals, &removals)
	setDefault(&g.Percent, &percent)
	setDefault(&g.AtLeast, &atLeast)
	if p := s.Select.PullRequests; p != nil {
		setDefault(&p.Forks, "deny")
	}
	if o := s.Overlay; o != nil && o.Database != nil {
		o.Database.defaults()
	}
	if s.Feedback != nil {
		s.Feedback.defaults()
	}
}

func setDefault[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}
