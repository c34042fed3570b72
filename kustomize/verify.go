package kustomize

import (
	"errors"
	"fmt"

	"sigs.k8s.io/kustomize/api/resource"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/kustomize/containers"
	"github.com/previewset/previewset/kustomize/object"
	"github.com/previewset/previewset/kustomize/policy"
)

// verify checks that the built objects have the Namespace and the ConfigMap of the preview.
func verify(objects []*resource.Resource) error {
	var namespaces, parameters int
	var errs []error
	for _, r := range objects {
		switch {
		case object.IsNamespace(r):
			namespaces++
		case isParameters(r):
			parameters++
		}
	}
	switch {
	case namespaces == 0:
		errs = append(errs, errors.New("a component removes the Namespace of the preview: remove its patch of the Namespace"))
	case namespaces > 1:
		errs = append(errs, fmt.Errorf("the overlay has %d Namespace objects: remove all Namespaces from the components", namespaces))
	}
	if parameters != 1 {
		errs = append(errs, fmt.Errorf("a component removes or renames the ConfigMap %s: leave it as it is, without namePrefix and nameSuffix in the component", parametersName))
	}
	return object.Joined(errs)
}

// verifyVariables checks that each container of the built objects has the preview's
// variables. With a database, it refuses containers that cannot have them: they would use
// the database of another environment. origin returns the file of an object.
func verifyVariables(objects []*resource.Resource, p generator.Preview, renderer *Renderer, origin func(name string) string) error {
	var errs []error
	for _, r := range objects {
		for _, problem := range renderer.variableProblems(r, p) {
			name := object.Describe(r)
			errs = append(errs, &object.RefusedError{Path: origin(name), Resource: name, Reason: problem.Reason, Fix: problem.Fix})
		}
	}
	return object.Joined(errs)
}

// variableProblems returns the containers of a built object without the preview's variables.
func (r *Renderer) variableProblems(o *resource.Resource, p generator.Preview) []object.Problem {
	want := r.environment(o.GetNamespace(), p.DBSchema, object.Portable(p.Repository.ID))
	var all []object.Problem
	//promise:containers-have-their-database
	if want.database != nil {
		if policy.BeforeSync(o) && len(containersOf(o, r.table)) > 0 {
			all = append(all, object.Problem{
				Reason: "it is a PreSync hook, and Argo CD creates the Secret of the database later, so the hook would wait for it and the sync would not end",
				Fix:    "annotate it with " + object.Hook + ": Sync and " + object.SyncWave + `: "-60", or use overlay.database.migrate`,
			})
		}
		for _, c := range containers.Problems(o, r.table, nil, schemaVariable, databaseVariable) {
			all = append(all, object.Problem{Reason: c.Reason + ", so it would not get " + schemaVariable + " and " + databaseVariable, Fix: c.Fix})
		}
	}
	for c := range r.table.Containers(o) {
		if variable := missingVariable(c.Node, want); variable != "" && containers.HasVariables(c.Node) {
			all = append(all, object.Problem{
				Reason: "the built container " + object.ShortName(c.Name) + " does not have the preview's " + variable,
				Fix:    "remove " + variable + " from the component or the transformer that sets it",
			})
		}
	}
	return all
}

// missingVariable returns the first variable of want that a container lacks, or that has
// another value, or "".
func missingVariable(container *yaml.Node, want environment) string {
	switch {
	case !hasLiteral(container, schemaVariable, want.schema):
		return schemaVariable
	case want.repositoryID != "" && !hasLiteral(container, repositoryVariable, want.repositoryID):
		return repositoryVariable
	case want.database != nil && !hasSecret(container, databaseVariable, *want.database):
		return databaseVariable
	}
	return ""
}

// hasLiteral reports whether the variable called name of a container is the text value.
func hasLiteral(container *yaml.Node, name, value string) bool {
	v := containers.Variable(container, name)
	return object.String(object.Child(v, "value")) == value && object.Child(v, "valueFrom") == nil
}

// hasSecret reports whether the variable called name of a container has the value from.
func hasSecret(container *yaml.Node, name string, from secretKey) bool {
	v := containers.Variable(container, name)
	source := object.Child(v, "valueFrom")
	ref := object.Child(source, "secretKeyRef")
	return object.Child(v, "value") == nil && len(object.Keys(source)) == 1 &&
		object.String(object.Child(ref, "name")) == from.name && object.String(object.Child(ref, "key")) == from.key
}
