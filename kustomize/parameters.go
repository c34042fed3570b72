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

// parametersObject holds a preview's parameters, and where its entry lies, as
// strings, exactly but for what portable replaces. Labels are joined with
// commas. The revision is not there: it is the commit that this is part of.
//
// It is in the sync wave of the Namespace, which Argo CD applies first in it: a
// wave of its own would make each sync 2 s longer (ARGOCD_SYNC_WAVE_DELAY).
func (f facts) parametersObject(params generator.Params, repoURL, dir string) object {
	data := map[string]quoted{
		"repo_url": quoted(portable(repoURL)),
		"path":     quoted(portable(dir)),
	}
	for key, value := range params {
		data[key] = quoted(portable(parameter(value)))
	}
	return object{
		APIVersion: "v1", Kind: "ConfigMap",
		Metadata: metadata{Name: parametersName, Annotations: map[string]quoted{
			syncWave: quoted(strconv.Itoa(f.wave())),
		}},
		Data: data,
	}
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
