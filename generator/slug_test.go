package generator_test

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/gosimple/slug"

	"github.com/previewset/previewset/generator"
)

// argoParameter returns the value of a parameter that Argo CD's own generators make
// from a branch.
func argoParameter(parameter, branch string) any {
	return generator.ChangeParams("", "", "", generator.Change{Branch: branch}, generator.Repository{})[parameter]
}

func argoInputs() []string {
	inputs := []string{
		"", " ", "_", "__a__", "feature/a_b", "Feature/ABC-123_über & more @ 50%", "日本語/ブランチ", "a＿b", "İstanbul",
		"\xff\xfe bad \xc3", "  trim\t", "-x-", "a & b", "l'été", "Ærøskøbing–“x”",
		strings.Repeat("a", 49), strings.Repeat("a", 50), strings.Repeat("a", 51), strings.Repeat("a", 200),
		strings.Repeat("a", 49) + "-b", strings.Repeat("a", 50) + "-b", strings.Repeat("a", 51) + "-b",
		strings.Repeat("ab-", 40), strings.Repeat("_", 70) + "a", "a-" + strings.Repeat("b", 80),
		strings.Repeat("＿", 30) + strings.Repeat("x＿", 60), strings.Repeat("ß", 40), strings.Repeat("&", 30),
	}
	r := rand.New(rand.NewPCG(1, 2))
	for _, alphabet := range [][]rune{[]rune("abcXYZ019-_/. &@ßé日＿\u00a0"), []rune("abXY09-_/.")} {
		for range 1000 {
			s := make([]rune, r.IntN(90))
			for k := range s {
				s[k] = alphabet[r.IntN(len(alphabet))]
			}
			inputs = append(inputs, string(s))
		}
	}
	return inputs
}

// The test sets the globals of package slug as Argo CD does in
// applicationset/generators/pull_request.go.
func TestBranchSlugMatchesArgoCD(t *testing.T) {
	length, sub := slug.MaxLength, slug.CustomSub
	restore := func() { slug.MaxLength, slug.CustomSub = length, sub }
	t.Cleanup(restore)
	inputs := argoInputs()
	want := make([]string, len(inputs))
	slug.MaxLength, slug.CustomSub = 50, map[string]string{"_": "-"}
	for k, s := range inputs {
		want[k] = slug.Make(s)
	}
	restore()
	for k, s := range inputs {
		if got := argoParameter("branch_slug", s); got != want[k] {
			t.Errorf("%q: got %q, want %q", s, got, want[k])
		}
	}
	if slug.MaxLength != length || len(slug.CustomSub) != len(sub) {
		t.Error("ChangeParams changed the globals of package slug")
	}
}

// sanitizeName is SanitizeName from Argo CD's
// applicationset/utils/template_functions.go.
func sanitizeName(name string) string {
	name = regexp.MustCompile("[^-a-z0-9.]").ReplaceAllString(strings.ToLower(name), "-")
	if len(name) > 253 {
		name = name[:253]
	}
	return strings.Trim(name, "-.")
}

func TestBranchNormalizedMatchesArgoCD(t *testing.T) {
	for _, s := range append(argoInputs(), "\u212a8s", strings.Repeat("a.", 200), strings.Repeat("日", 300)+"x") {
		if got, want := argoParameter("branchNormalized", s), sanitizeName(s); got != want {
			t.Errorf("%q: got %q, want %q", s, got, want)
		}
	}
}
