package config

import (
	"slices"
	"strings"

	"github.com/previewset/previewset/kustomize"
	"github.com/previewset/previewset/kustomize/policy"
)

func (d *document) checkOverlay(path string, c *Config, o *Overlay) {
	if c.GitOps == nil {
		d.addProblem(path, "an overlay needs the key gitops: set it to the repository that overlays are committed to")
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
		d.addProblem(path+".adminNamespace", "%q is not a valid namespace: use the namespace that the hooks of all previews run in", admin)
	}
	for i, field := range o.Fields {
		d.checkField(index(path+".fields", i), field)
	}
	if only := path + ".kinds.only"; o.Kinds.Only == nil && d.hasPath(only) {
		d.addProblem(only, "the list is missing, so no kind would be refused: write [default], or remove the key")
	}
	for i, word := range o.Allow {
		if !slices.Contains(policy.Allowable(), word) {
			d.addProblem(index(path+".allow", i), "%q can't be allowed: use one of %s", word, strings.Join(policy.Allowable(), ", "))
		}
	}
}

func (d *document) checkField(path string, f Field) {
	if f.Kind == "" {
		d.addProblem(path+".kind", "the key is missing: set it to the kind of the objects, such as Ingress")
	}
	if f.Path == "" {
		d.addProblem(path+".path", "the key is missing: set it to the field, such as spec.domains[]")
	}
	if f.Group != "" && !isObjectName(f.Group) {
		d.addProblem(path+".group", "%q is not an API group: use the part of apiVersion before the slash, without the version", f.Group)
	}
	if !slices.Contains(kustomize.FieldValues(), f.Is) {
		d.addProblem(path+".is", "got %q, want %s", f.Is, joinOr(kustomize.FieldValues()))
	}
}

func (d *document) checkBuiltin(path, name string) {
	found, all := kustomize.Builtin(name)
	switch {
	case !found:
		d.addProblem(path, "the built-in component %q does not exist: use one of %s", name, strings.Join(all, ", "))
	case name == "database-jobs" || isDatabaseComponent(name):
		d.addProblem(path, "%s can't be used as a component: set overlay.database: {engine: …, strategy: …} instead", name)
	}
}

// isDatabaseComponent reports whether a built-in component implements a database
// strategy.
func isDatabaseComponent(name string) bool {
	return slices.ContainsFunc(kustomize.DatabaseStrategies(), func(s kustomize.DatabaseStrategy) bool { return s.Component == name })
}
