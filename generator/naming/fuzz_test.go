package naming_test

import (
	"strings"
	"testing"

	"github.com/previewset/previewset/generator/naming"
	"github.com/previewset/previewset/test/fuzzing"
)

func FuzzName(f *testing.F) {
	f.Add("feature/a-b", "feature-a-b", int64(42))
	f.Add("A", "a", int64(0))
	f.Add("x-bcdfghjklm", "bcdfghjklm", int64(2456789245))
	f.Add("", "日本", int64(-1))
	f.Add(strings.Repeat("a", 63)+"1", strings.Repeat("a", 63)+"2", int64(1))
	f.Add("pr-42", "{{.id}}", int64(1<<62))
	f.Add("select", "pg_", int64(4))
	f.Add("a.b.c", "xn--a", int64(7))
	f.Add(branch("shop", "feature/a-b").ID(), "feature/a-b", int64(3))
	f.Add("x-b", "x", int64(2))
	all := newNamers(f,
		bothKinds("shop", "", "", ""),
		bothKinds("tpl", "{{.branch}}", "{{.branch}}.example.com", "{{.branch}}"),
		bothKinds("const", "preview", "preview.example.com", "pg"),
		bothKinds("bare", "{{.id}}", "{{.id}}", "{{.id}}"),
		bothKinds("late", "{{.id}}", `{{.branch | trunc 3 | replace "a" "."}}`, "{{.number}}"),
		withVariants(bothKinds("two", "{{.id}}", "{{.variant}}.{{.branch}}", "{{.number}}_{{.variant}}"), "on", "b-a"))
	f.Fuzz(func(t *testing.T, a, b string, number int64) {
		if a == b {
			b += "x"
		}
		registry := newNameRegistry(16)
		for set, n := range all {
			ids := []naming.Subject{branch(set, a), branch(set, b), pr(set, number)}
			if set == "two" {
				for k := range 3 {
					ids[k].Origin.Variant = "on"
					ids = append(ids, withVariant("b-a", ids[k]))
				}
			}
			for _, subject := range ids {
				got := mustName(t, n, subject)
				if p := problems(got); p != nil {
					t.Errorf("invalid names of %+v: %v", subject, p)
				}
				if again := mustName(t, n, subject); again != got {
					t.Errorf("%+v: got %+v in the first call, %+v in the second", subject, got, again)
				}
				registry.register(t, got, subject)
			}
		}
	})
}

func FuzzTemplate(f *testing.F) {
	f.Add("{{.branch | lower}}-{{.id}}", "v")
	f.Add("{{range .labels}}{{if .}}{{break}}{{end}}{{end}}", "{{")
	f.Add(`{{define "x"}}{{end}}{{template "x"}}`, "")
	f.Add("{{$x := .branch}}{{$x = .id}}{{len $x}}", "x")
	f.Add(`{{trunc -9223372036854775808 .branch}}`, "x")
	f.Add(`{{slice .branch 1 2 | default .labels | quote}}`, "xyz")
	judged := fuzzing.Judged(f, 6)
	f.Fuzz(func(t *testing.T, text, value string) {
		tmpl, err := naming.ParseTemplate("fuzz", text)
		if err != nil {
			return
		}
		parameters := map[string]any{"branch": value, "id": "pr-1", "labels": []string{value, "b"}}
		out, err := tmpl.Execute(parameters)
		if again, _ := tmpl.Execute(parameters); err != nil && out != "" || len(out) > 4096 || again != out {
			t.Errorf("got %q and %q in two calls, error %v", out, again, err)
		}
		// A template that NewNamers accepts makes valid names. It may still fail for
		// some values, if a condition compares a string with a number.
		patterns := bothKinds("shop", text, text, text)
		all, err := naming.NewNamers([]naming.Patterns{patterns})
		if err != nil {
			return
		}
		for _, subject := range []naming.Subject{branch("shop", value), pr("shop", 4)} {
			got, err := all["shop"].Name(subject, params(subject))
			if err != nil {
				continue
			}
			judged()
			if p := problems(got); p != nil {
				t.Errorf("invalid names of %+v: %v", subject, p)
			}
		}
	})
}
