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

// parametersObject holds all parameters of p as strings, in the sync wave
// after the Namespace's, exactly but for what portable replaces. Labels are
// joined with commas. The revision is not there: it is the commit that this is
// part of.
func (f facts) parametersObject(p generator.Placed) object {
	data := map[string]quoted{}
	for key, value := range p.Params() {
		data[key] = quoted(portable(parameter(value)))
	}
	delete(data, "revision")
	return object{
		APIVersion: "v1", Kind: "ConfigMap",
		Metadata: metadata{Name: parametersName, Annotations: map[string]quoted{
			syncWave: quoted(strconv.Itoa(f.wave() + 1)),
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
