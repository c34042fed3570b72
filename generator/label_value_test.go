package generator_test

import (
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/test/fuzzing"
)

func TestLabelValue(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"":                               "",
		"main":                           "main",
		"v1.2_a-b":                       "v1.2_a-b",
		"feature/New_Cart":               "feature-New_Cart",
		"dependabot[bot]":                "dependabot-bot",
		"Grace Hopper":                   "Grace-Hopper",
		"--x--":                          "x",
		"a // b":                         "a-b",
		"日本":                             "",
		"a日本b":                           "a-b",
		"\xff{{.x}}\n":                   "x",
		strings.Repeat("x", 70):          strings.Repeat("x", 63),
		strings.Repeat("x", 62) + "/y":   strings.Repeat("x", 62),
		"/" + strings.Repeat("x", 63):    strings.Repeat("x", 63),
		strings.Repeat("-", 100) + "end": "end",
	} {
		if got := generator.LabelValue(given); got != want {
			t.Errorf("%q: got %q, want %q", given, got, want)
		}
	}
}

// FuzzLabelParameters checks that Kubernetes accepts the parameters for labels of every
// change, and that a value that is a label value stays as it is.
func FuzzLabelParameters(f *testing.F) {
	for _, s := range append(argoInputs()[:30], "dependabot[bot]", "a\x00b", "{{.x}}", ".a.", "_") {
		f.Add(s)
	}
	judged := fuzzing.Judged(f, 30)
	f.Fuzz(func(t *testing.T, s string) {
		params := generator.Placed{Preview: generator.Preview{
			Set: s, Variant: s, Names: generator.Names{ID: s}, Change: generator.Change{Kind: generator.Kind(s), Branch: s, TargetBranch: s, Author: s},
			Repository: generator.Repository{Organization: s, Name: s},
		}}.Params()
		for name, value := range params {
			if !strings.HasPrefix(name, "label_") {
				continue
			}
			text := value.(string)
			if problems := validation.IsValidLabelValue(text); len(problems) > 0 {
				t.Errorf("%s of %q is %q: %v", name, s, text, problems)
			}
			if generator.LabelValue(text) != text {
				t.Errorf("%s of %q is %q, which is converted again", name, s, text)
			}
		}
		if got := params["label_branch"]; len(validation.IsValidLabelValue(s)) == 0 && got != s {
			t.Errorf("got %q for the label value %q", got, s)
		}
		judged()
	})
}
