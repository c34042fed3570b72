package config

import (
	"slices"
	"strings"

	"github.com/previewset/previewset/kustomize"
	"github.com/previewset/previewset/kustomize/policy"
)

func (d *document) checkOverlay(path string, c *Config, o *Overlay) {
	if c.GitOps == nil {
		d.addProblem(path, "an overlay needs gitops: the repository it is committed to")
	}
	d.checkDir(path+".base", o.Base)
	for i, component := range o.Components {
		if name, ok := strings.CutPrefix(component, "builtin:"); ok {
			d.checkBuiltin(index(path+".components", i), name)
			continue
		}
		d.checkDir(index(path+".components", i), component)
	}
	if o.Database != nil {
		d.checkDatabase(path+".database", o)
	}
	if admin := o.AdminNamespace; admin != "" && !isLabel(admin) {
		d.addProblem(path+".adminNamespace", "%q is not a namespace: want the one that the hooks of all previews run in", admin)
	}
	for i, word := range o.Allow {
		if !slices.Contains(policy.Allowable(), word) {
			d.addProblem(index(path+".allow", i), "there is no %q: want some of %s", word, strings.Join(policy.Allowable(), ", "))
		}
	}
}

func (d *document) checkBuiltin(path, name string) {
	found, all := kustomize.Builtin(name)
	switch {
	case !found:
		d.addProblem(path, "there is no built-in component %q: want one of %s", name, strings.Join(all, ", "))
	case name == "database-jobs" || isDatabaseComponent(name):
		d.addProblem(path, "%s is chosen by overlay.database: {engine: …, strategy: …}", name)
	}
}

// makesDatabase reports whether a component of the library is that of a database's
// strategy.
func isDatabaseComponent(name string) bool {
	return slices.ContainsFunc(kustomize.DatabaseStrategies(), func(s kustomize.DatabaseStrategy) bool { return s.Component == name })
}
