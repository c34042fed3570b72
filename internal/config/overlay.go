package config

import (
	"slices"
	"strings"

	"github.com/previewset/previewset/kustomize"
	"github.com/previewset/previewset/kustomize/policy"
)

func (d *document) overlay(at string, c *Config, o *Overlay) {
	if c.GitOps == nil {
		d.problem(at, "an overlay needs gitops: the repository it is committed to")
	}
	d.dirPath(at+".base", o.Base)
	for i, component := range o.Components {
		if name, ok := strings.CutPrefix(component, "builtin:"); ok {
			d.builtin(index(at+".components", i), name)
			continue
		}
		d.dirPath(index(at+".components", i), component)
	}
	if o.Database != nil {
		d.database(at+".database", o)
	}
	if admin := o.AdminNamespace; admin != "" && !isLabel(admin) {
		d.problem(at+".adminNamespace", "%q is not a namespace: want the one that the hooks of all previews run in", admin)
	}
	for i, word := range o.Allow {
		if !slices.Contains(policy.Allowable(), word) {
			d.problem(index(at+".allow", i), "there is no %q: want some of %s", word, strings.Join(policy.Allowable(), ", "))
		}
	}
}

func (d *document) builtin(at, name string) {
	found, all := kustomize.Builtin(name)
	switch {
	case !found:
		d.problem(at, "there is no built-in component %q: want one of %s", name, strings.Join(all, ", "))
	case name == "database-jobs" || makesDatabase(name):
		d.problem(at, "%s is chosen by overlay.database: {engine: …, strategy: …}", name)
	}
}

// makesDatabase reports whether a component of the library is that of a database's
// strategy.
func makesDatabase(name string) bool {
	return slices.ContainsFunc(kustomize.DatabaseStrategies(), func(s kustomize.DatabaseStrategy) bool { return s.Component == name })
}
