package naming_test

import (
	"errors"
	"strings"
	"testing"
	"text/template"

	"github.com/previewset/previewset/generator/naming"
)

// Errors of templates have words for people, not those of text/template.
func TestTemplateErrorsHaveWords(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"{{":                                   "the template has {{ without }}: ",
		"a-{{.id":                              "the template has {{ without }}: ",
		"{{\n.id":                              "the template has {{ without }}: ",
		"{{/* x":                               "the template has {{/* without */}}: ",
		"{{}}":                                 "the template has {{ }} without a parameter: ",
		"{{if}}x{{end}}":                       "the template has {{if}} without a parameter: ",
		"{{if .id}}":                           "the template has {{if}}, {{range}} or {{with}} without {{end}}: ",
		"{{with .id}}x":                        "the template has {{if}}, {{range}} or {{with}} without {{end}}: ",
		"{{end}}":                              "the template has {{end}} without {{if}}: ",
		"{{else}}":                             "the template has {{else}} without {{if}}: ",
		"{{if .id}}a{{else}}b{{else}}c{{end}}": "the template has two {{else}} for one {{if}}: ",
		`{{"x}}`:                               "the template has a quotation mark without its end: ",
		"{{`x}}":                               "the template has a quotation mark without its end: ",
		"{{'x}}":                               "the template has a quotation mark without its end: ",
		"{{(.id}}":                             "the template has a parenthesis without the other one: ",
		"{{.id)}}":                             "the template has a parenthesis without the other one: ",
		"{{id}}":                               `the function "id" does not exist: use default,`,
		"{{upper}}":                            "the number of values for the function upper is 0: write 1",
		"{{upper .id .id}}":                    "the number of values for the function upper is 2: write 1",
		"{{trunc .id 3}}":                      ".id is text: write a number in this place",
		`{{trunc "a" .id}}`:                    `"a" is not a whole number`,
		"{{lower 3}}":                          "3 is not text: put it in quotation marks",
		"{{eq .id 42}}":                        "eq .id 42 compares text with a number: put the number in quotation marks",
		"{{eq .id}}":                           "the function eq has one value: write two",
		"{{.id .id}}":                          "a value follows the parameter id: write {{.id}} alone",
	} {
		parsed, err := naming.ParseTemplate("names.host", text)
		if err == nil {
			_, err = parsed.Execute(map[string]any{"id": "pr-42"})
		}
		if err == nil || !strings.HasPrefix(err.Error(), "template: names.host:") || !strings.Contains(err.Error(), ": "+want) || strings.Contains(err.Error(), "executing") {
			t.Errorf("%q: got %v, want %q", text, err, want)
		}
	}
	// Other errors keep their text.
	parsed, err := naming.ParseTemplate("names.host", "{{.none}}")
	if err != nil {
		t.Fatal(err)
	}
	if _, err = parsed.Execute(map[string]any{}); err == nil || !strings.Contains(err.Error(), "no entry for key") || !errors.As(err, new(template.ExecError)) {
		t.Errorf("got %v, want an error of text/template", err)
	}
}
