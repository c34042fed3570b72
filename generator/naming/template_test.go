package naming_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/previewset/previewset/generator/naming"
)

func execute(t *testing.T, text string, params map[string]any) (string, error) {
	t.Helper()
	tmpl, err := naming.ParseTemplate("image", text)
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return tmpl.Execute(params)
}

func TestTemplate(t *testing.T) {
	parameters := map[string]any{
		"head_sha": "0123456789abcdef", "branch": "Feature/Ä", "empty": "", "number": "42",
		"labels": []string{"a", "b"}, "input": map[string]any{"team": "x", "sizes": []any{"s", 1.5}},
	}
	for text, want := range map[string]string{
		"":                                                        "",
		"text":                                                    "text",
		"{{.head_sha}}":                                           "0123456789abcdef",
		"{{lower .branch}}":                                       "feature/ä",
		"{{.branch | upper}}":                                     "FEATURE/Ä",
		"{{.head_sha | trunc 7}}":                                 "0123456",
		"{{trunc -3 .head_sha}}":                                  "def",
		"{{trunc 99 .head_sha}}":                                  "0123456789abcdef",
		"{{trunc -99 .number}}":                                   "42",
		"{{trunc 0 .number}}":                                     "",
		"{{trunc 9 .branch}}":                                     "Feature/", // not half of Ä
		`{{.branch | replace "/" "-"}}`:                           "Feature-Ä",
		`{{trimPrefix "Feature/" .branch}}`:                       "Ä",
		`{{.head_sha | trimSuffix "cdef"}}`:                       "0123456789ab",
		`{{.empty | default "main"}}`:                             "main",
		`{{default "main" .number}}`:                              "42",
		`{{.branch | quote}}`:                                     `"Feature/Ä"`,
		"{{range .labels}}[{{.}}]{{end}}":                         "[a][b]",
		"{{range $.labels}}{{$.number}}{{end}}":                   "4242",
		"{{range .input.sizes}}{{.}} {{end}}":                     "s 1.5 ",
		"{{with .input}}{{range .sizes}}x{{end}}{{end}}":          "xx",
		`{{if and .number (eq .number "42")}}y{{else}}n{{end}}`:   "y",
		`{{if gt (len .labels) 1}}{{index .labels 1}}{{end}}`:     "b",
		"{{slice .head_sha 0 4}}":                                 "0123",
		"{{.input.team}}{{/* nothing */}}":                        "x",
		"{{$x := .number}}{{if not .empty}}{{$x}}{{end}}":         "42",
		"{{range $k, $v := .labels}}{{$k}}{{$v}}{{break}}{{end}}": "0a",
	} {
		got, err := execute(t, text, parameters)
		if err != nil || got != want {
			t.Errorf("%q: got %q, %v; want %q", text, got, err, want)
		}
	}
}

func TestValuesAreNotParsed(t *testing.T) {
	for _, v := range []string{"{{.secret}}", "{{", "}}", `{{define "x"}}`, "{{template \"image\"}}", "%!s(", "<no value>"} {
		got, err := execute(t, "{{.title}}|{{.title | replace \"a\" \"a\"}}", map[string]any{"title": v, "secret": "s3cret"})
		if err != nil || got != v+"|"+v {
			t.Errorf("%q: got %q, %v; want the value twice", v, got, err)
		}
	}
}

func TestTemplateRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"{{.x":                                   "the template has {{ without }}: write parameters as in {{.id}}, and end each {{if}} with {{end}}",
		"{{nothing .x}}":                         `the function "nothing" does not exist: use default, lower, quote, replace, trimPrefix, trimSuffix, trunc, upper, or a condition such as eq; write a parameter with a dot, as in {{.id}}`,
		`{{printf "%1000000d" 1}}`:               `"printf" is not available`,
		"{{print .x .x}}":                        `"print" is not available`,
		"{{.x | println}}":                       `"println" is not available`,
		"{{js .x}}{{html .x}}":                   `"js" is not available`,
		"{{.x | urlquery}}":                      `"urlquery" is not available`,
		"{{if .y}}{{call .x}}{{end}}":            `"call" is not available`,
		"{{with (html .x)}}{{end}}":              `"html" is not available`,
		"{{(html .x).y}}":                        `"html" is not available`,
		"{{$x := html .x}}":                      `"html" is not available`,
		`{{template "image" .}}`:                 "{{template}} is not available",
		`{{define "a"}}x{{end}}`:                 "{{define}}",
		`{{block "a" .}}x{{end}}`:                "{{define}} and {{block}}",
		"{{range 1000000000}}{{end}}":            "only iterate over a field",
		"{{range len .x}}{{end}}":                "only iterate over a field",
		"{{with 9}}{{range .}}{{end}}{{end}}":    "only iterate over a field",
		"{{$n := 999999999}}{{range $n}}{{end}}": "only iterate over a field",
		"{{range .x}}{{if .}}{{range $.x}}{{end}}{{end}}{{end}}": "inside another",
		strings.Repeat("x", 4097):                                "at most 4096",
	} {
		_, err := naming.ParseTemplate("image", text)
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "image") {
			t.Errorf("%.60q: got %v, want %q", text, err, want)
		}
	}
}

func TestExecuteErrors(t *testing.T) {
	parameters := map[string]any{
		"number": "42", "title": strings.Repeat("a", 4000), "labels": []string{"a"},
		"many": make([]string, 5000), "huge": 1 << 40, "func": func(func(int) bool) {},
	}
	for text, want := range map[string]string{
		"{{.nothing}}":                                   `no entry for key "nothing"`,
		"{{.number.x}}":                                  "can't evaluate field x",
		"{{.title}}{{.title}}":                           "at most 4096 bytes",
		`{{replace "a" "aaaaaaaaaa" .title}}`:            "too long",
		`{{replace "" .title .title}}`:                   "too long",
		"{{index .labels 7}}":                            "out of range",
		"{{trunc .number .title}}":                       "is text: write a number in this place",
		"{{range .many}}{{end}}":                         "more than 4096 parameters",
		"{{range .huge}}{{end}}":                         "more than 4096 parameters",
		"{{range .labels}}{{end}}{{range .func}}{{end}}": "more than 4096 parameters",
		strings.Repeat("{{.title | quote | quote | quote | quote}}", 9): "at most 4096 bytes",
	} {
		got, err := execute(t, text, parameters)
		if err == nil || got != "" || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %.20q, %v; want %q", text, got, err, want)
		}
	}
	if _, err := execute(t, "{{.x}}", nil); err == nil {
		t.Error("got no error without parameters")
	}
}

// The templates have as many calls of a function that enlarges its argument as fit
// into maxTemplate.
func TestOutputIsBounded(t *testing.T) {
	for _, step := range []string{`|replace "a" "aaaaaaaa"`, `|quote`, `|upper|lower`} {
		text := `{{.title` + strings.Repeat(step, 4000/len(step)) + `}}`
		tmpl, err := naming.ParseTemplate("image", text)
		if err != nil {
			t.Fatal(err)
		}
		out, err := tmpl.Execute(map[string]any{"title": "a\"\\"})
		if len(out) > 4096 || err == nil && strings.Contains(step, "quote") {
			t.Errorf("%s: got %d bytes, error %v", step, len(out), err)
		}
	}
}

func TestTemplateIsSafeForGoroutines(t *testing.T) {
	tmpl, err := naming.ParseTemplate("image", "{{.id | upper}}")
	if err != nil {
		t.Fatal(err)
	}
	n := newNamers(t, bothKinds("shop", "{{.branch | lower}}", "", ""))["shop"]
	subject := branch("shop", "Feature/X")
	want := mustName(t, n, subject)
	parameters := params(subject)
	parameters["id"] = "a"
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				if got, err := tmpl.Execute(parameters); err != nil || got != "A" {
					t.Errorf("Execute: got %q, %v; want A", got, err)
				}
				if got, err := n.Name(subject, parameters); err != nil || got != want {
					t.Errorf("Name: got %+v, %v; want %+v", got, err, want)
				}
			}
		})
	}
	wg.Wait()
}
