package kustomize

import (
	"fmt"
	"maps"
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

// parametersObject holds a preview's parameters, exactly but for what portable
// replaces. Its labels are those that all objects have, and "" for what no label
// can say, so that components find each in a form that a label can have.
//
// It is in the sync wave of the Namespace, which Argo CD applies first in it: a
// wave of its own would make each sync 2 s longer (ARGOCD_SYNC_WAVE_DELAY).
func (b *Base) parametersObject(p generator.Preview, parameters map[string]string) object {
	data := make(map[string]quoted, len(parameters))
	for key, value := range parameters {
		data[key] = quoted(portable(value))
	}
	labels := map[string]quoted{}
	for name, value := range identity(p) {
		labels[Prefix+name] = quoted(sanitised(value))
	}
	return object{
		APIVersion: "v1", Kind: "ConfigMap",
		Metadata: metadata{Name: parametersName, Labels: labels, Annotations: map[string]quoted{
			syncWave: quoted(strconv.Itoa(b.facts.wave())),
		}},
		Data: data,
	}
}

// parameters returns what the ConfigMap holds: the parameters as strings, where
// the entry lies, what the database is to be, and what components take that
// nobody gives. Labels are joined with commas. The revision is not there: it is
// the commit that this is part of.
func (b *Base) parameters(p generator.Preview, params generator.Params, dir string) (map[string]string, error) {
	given, err := b.renderer.database.parameters(params)
	if err != nil {
		return nil, err
	}
	out, err := b.defaults(params, given)
	if err != nil {
		return nil, err
	}
	for key, value := range params {
		out[key] = parameter(value)
	}
	maps.Copy(out, given)
	maps.Copy(out, map[string]string{
		"repo_url": b.renderer.repoURL,
		"path":     dir,
		sourceKey:  p.Repository.Source(),
		flagsFile:  flagdDocument(parameter(params["flags"])),
	})
	if b.renderer.admin != "" {
		out[adminNamespaceKey] = b.renderer.admin
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
