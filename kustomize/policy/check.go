package policy

import (
	"slices"

	"sigs.k8s.io/kustomize/api/resource"

	"github.com/previewset/previewset/kustomize/closure"
	"github.com/previewset/previewset/kustomize/object"
)

// A mandatoryRule returns why a built object is refused and how to fix it, or "" if
// the object is allowed. No configuration can waive it.
type mandatoryRule func(r *resource.Resource, scope Scope) (reason, fix string)

// mandatoryRules returns the rules for the objects of every overlay, in order.
func mandatoryRules() []mandatoryRule {
	return []mandatoryRule{noForeignForm, onlyCheckableKinds, noSecret, noScopedSealedSecret, noClusterKind, onlyAdminHooks, noPostDeleteInPreview, onlyOwnNamespace}
}

// A waivableRule returns its objections to a built object. overlay.allow can waive
// each objection by its word.
type waivableRule func(r *resource.Resource, scope Scope) []objection

// waivableRules returns the rules that overlay.allow can waive.
func waivableRules() []waivableRule {
	return []waivableRule{onlyOwnHosts, noEffectOutside}
}

// Check returns a joined *object.RefusedError for each problem. For one object, it
// reports why it can't be read, the first mandatory rule that the object violates, or, if there
// is none, each objection of the waivable rules that scope does not allow. source returns the
// file of an object, and the name of the object in this file ("Kind name").
func Check(objects []closure.Object, scope Scope, source func(*resource.Resource) (file, name string)) error {
	var errs []error
	for _, o := range objects {
		r := o.Resource()
		refuse := func(reason, fix string) {
			file, name := source(r)
			errs = append(errs, &object.RefusedError{Path: file, Resource: name, Reason: reason, Fix: fix})
		}
		if p := o.Problem(); p.Reason != "" {
			refuse(p.Reason, p.Fix)
			continue
		}
		if reason, fix := checkMandatory(r, scope); reason != "" {
			refuse(reason, fix)
			continue
		}
		for _, o := range objections(r, scope) {
			refuse(o.reason, o.waivable())
		}
	}
	return object.Joined(errs)
}

// waivable returns the remedies of o.
func (o objection) waivable() string {
	return o.fix + ", or allow it with overlay.allow: [" + o.word + "]"
}

func checkMandatory(r *resource.Resource, scope Scope) (reason, fix string) {
	for _, rule := range mandatoryRules() {
		if reason, fix := rule(r, scope); reason != "" {
			return reason, fix
		}
	}
	return "", ""
}

func objections(r *resource.Resource, scope Scope) []objection {
	var out []objection
	for _, rule := range waivableRules() {
		out = append(out, rule(r, scope)...)
	}
	return slices.DeleteFunc(out, func(o objection) bool { return slices.Contains(scope.Allow, o.word) })
}
