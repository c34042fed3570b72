package kustomize

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/previewset/previewset/generator"
)

// parametersName is the name of the ConfigMap that holds the parameters. It is
// fixed, and has no hash, so that components can take values from it with
// `replacements`.
const parametersName = "preview"

// What the ConfigMap has besides the parameters of the answer: which repository
// a preview's change is of, "github.com/acme/shop", and the administration
// namespace, if there is one.
const (
	sourceKey         = "source"
	adminNamespaceKey = "admin_namespace"
)

// parametersObject holds a preview's parameters.
//
// It is in the sync wave of the Namespace, which Argo CD applies first in it: a
// wave of its own would make each sync 2 s longer (ARGOCD_SYNC_WAVE_DELAY).
func (b *Base) parametersObject(c content) object {
	return object{
		APIVersion: "v1", Kind: "ConfigMap",
		Metadata: metadata{Name: parametersName, Labels: c.marks, Annotations: map[string]quoted{
			syncWave: quoted(strconv.Itoa(b.facts.wave())),
		}},
		Data: c.parameters,
	}
}

// marksOf returns the labels of the ConfigMap: those that all objects have, and
// "" for what no label can say, so that components find each in a form that a
// label can have.
func marksOf(p generator.Preview) map[string]quoted {
	marks := map[string]quoted{}
	for name, value := range identity(p) {
		marks[Prefix+name] = quoted(sanitised(value))
	}
	return marks
}

// parameters returns what the ConfigMap holds: the parameters as strings, where
// the entry lies, what the database is to be, and what components take that
// nobody gives. Labels are joined with commas. The revision is not there: it is
// the commit that this is part of.
func (b *Base) parameters(p generator.Preview, params generator.Params, dir string) (map[string]quoted, error) {
	given, err := b.renderer.database.parameters(params)
	if err != nil {
		return nil, err
	}
	defaults, err := b.defaults(params, given)
	if err != nil {
		return nil, err
	}
	const others = 5
	out := make(map[string]quoted, len(params)+len(defaults)+len(given)+others)
	set := func(key, value string) { out[key] = quoted(portable(value)) }
	for key, value := range defaults {
		set(key, value)
	}
	for key, value := range params {
		set(key, parameter(value))
	}
	for key, value := range given {
		set(key, value)
	}
	set("repo_url", b.renderer.repoURL)
	set("path", dir)
	set(sourceKey, p.Repository.Source())
	set(flagsFile, flagdDocument(parameter(params["flags"])))
	if b.renderer.admin != "" {
		set(adminNamespaceKey, b.renderer.admin)
	}
	return out, nil
}

func parameter(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case []string:
		return strings.Join(v, ",")
	}
	return fmt.Sprint(value)
}
