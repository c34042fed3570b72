package generator_test

import (
	"testing"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/test/fuzzing"
)

func TestGlob(t *testing.T) {
	t.Parallel()
	// The examples of GitHub's filter pattern cheat sheet, and edge cases.
	tests := []struct {
		pattern string
		match   []string
		noMatch []string
	}{
		{"feature/*", []string{"feature/a", "feature/", "feature/your-feature"}, []string{"feature", "feature/a/b", "xfeature/a"}},
		{"feature/**", []string{"feature/a", "feature/a/b", "feature/beta-a/my-branch"}, []string{"feature", "features/a"}},
		{"*", []string{"main", "releases"}, []string{"all/the/branches"}},
		{"**", []string{"main", "all/the/branches", ""}, nil},
		{"*feature", []string{"mona-feature", "feature", "ver-10-feature"}, []string{"mona/feature"}},
		{"v2*", []string{"v2", "v2.0", "v2.9"}, []string{"v1", "av2"}},
		{"v[12].[0-9]+.[0-9]+", []string{"v1.10.1", "v2.0.0"}, []string{"v3.0.0", "v1.0", "v1x0.0"}},
		{"colou?r", []string{"color", "colour"}, []string{"colouur"}},
		{`literal\*`, []string{"literal*"}, []string{"literally", `literal\*`}},
		{"a.b", []string{"a.b"}, []string{"axb"}},
		{"a(b)|c", []string{"a(b)|c"}, []string{"ab", "c"}},
		{"größe/*", []string{"größe/ü"}, []string{"grosse/u"}},
	}
	for _, test := range tests {
		g, err := generator.ParseGlob(test.pattern)
		if err != nil {
			t.Errorf("ParseGlob(%q): %v", test.pattern, err)
			continue
		}
		for _, name := range test.match {
			if !g.Match(name) {
				t.Errorf("%q: Match(%q) = false, want true", test.pattern, name)
			}
		}
		for _, name := range test.noMatch {
			if g.Match(name) {
				t.Errorf("%q: Match(%q) = true, want false", test.pattern, name)
			}
		}
	}
}

func TestParseGlobRefusesInvalidPatterns(t *testing.T) {
	t.Parallel()
	for _, pattern := range []string{"", "!main", "?", "+a", "a[b", "[z-a]", string(make([]byte, 300))} {
		if _, err := generator.ParseGlob(pattern); err == nil {
			t.Errorf("ParseGlob(%q) returned no error", pattern)
		}
	}
}

func FuzzGlob(f *testing.F) {
	for _, seed := range []string{"feature/*", "**", "v[12].[0-9]+", `a\*?`, "[", "a]b", "+", "é?"} {
		f.Add(seed, "feature/x")
	}
	judged := fuzzing.Judged(f, 6)
	f.Fuzz(func(t *testing.T, pattern, name string) {
		g, err := generator.ParseGlob(pattern)
		if err != nil {
			return
		}
		judged()
		_ = g.Match(name)
		if g.String() != pattern {
			t.Errorf("String() = %q, want %q", g, pattern)
		}
	})
}
