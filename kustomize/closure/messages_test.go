package closure_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/previewset/previewset/kustomize/closure"
)

// TestUnknownErrorsHaveNoInternals uses errors that no row of the messages matches.
func TestUnknownErrorsHaveNoInternals(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"something about ConfigMap.v1.[noGrp]/conf.[noNs] is odd":                             "something about ConfigMap conf is odd",
		"no HTTPRoute.v1.gateway.networking.k8s.io/a.b-c.shop here":                           "no HTTPRoute a.b-c here",
		"for [noKind].[noVer].[noGrp]/[noName].[noNs]":                                        "for an object",
		"kind Deployment.[noVer].[noGrp] only":                                                "kind Deployment only",
		"accumulating resources: accumulation err='accumulating resources from 'x': odd":      "",
		"trouble configuring builtin X with config: `\na: b\n`: it is odd":                    "it is odd",
		"plugin PrefixTransformer.builtin.[noGrp]/x.[noNs] fails configuration: it is odd":    "it is odd",
		"got &{0xc000123 0xc000456} in types.Kustomization":                                   "",
		"odd: node contents: secret: hunter2\n":                                               "odd",
		"the label app.kubernetes.io/name of https://example.com/a.b is in v1.2.3 of file.ya": "the label app.kubernetes.io/name of https://example.com/a.b is in v1.2.3 of file.ya",
		"two\nlines\tand a RNode":                                                             "two lines and a node",
	} {
		got, _ := closure.Worded(text)
		if want != "" && got != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
		if found := internals.FindString(got); found != "" || strings.Contains(got, "\n") {
			t.Errorf("%s: got %q, with %q", text, got, found)
		}
	}
}

var internals = regexp.MustCompile(`internal\.config|Go struct|RNode|accumulat|ResId|\[no[A-Z]|\b(types|resid|yaml|resource)\.[A-Z]|&\{|hunter2`)

// FuzzWorded checks that a message is one line without internals.
func FuzzWorded(f *testing.F) {
	f.Add("namespace transformation produces ID conflict: [{\"kind\":\"A\"} {]")
	f.Add("considering field 'a/b' of object A.v1.[noGrp]/b.[noNs]: wrong node kind: expected XNode but got YNode")
	f.Add("json: cannot unmarshal string into Go struct field A.b.C.d of type []types.X")
	f.Add("yaml: unmarshal errors:\n  line 1: cannot unmarshal !!seq into string")
	f.Add("replace operation does not apply: doc is missing path: \"/a\nb\": missing value")
	f.Fuzz(func(t *testing.T, reason string) {
		got, resource := closure.Worded(reason)
		if strings.ContainsAny(got+resource, "\n\r\x1b") {
			t.Errorf("got %q about %q", got, resource)
		}
	})
}
