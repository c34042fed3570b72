package feedback_test

import (
	"io"
	"log/slog"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/feedback"
)

func TestTemplate(t *testing.T) {
	t.Parallel()
	live := preview(42, generator.StateLive, commitA, commitA)
	live.Title, live.Author = "Ping @ada <b>", "bob`s"
	for template, want := range map[string]string{
		"{{.Headline}}\nAsk the team *shop*.":                        "**Preview is live** at `aaaaaaa` → <https://pr-42.shop.preview.acme.dev>\nAsk the team *shop*.",
		"{{.Title}} by {{.Author}}":                                  "Ping `@ada <b>` by ``bob`s``",
		`{{if eq .State "live"}}[open]({{.URL}}){{else}}wait{{end}}`: "[open](<https://pr-42.shop.preview.acme.dev>)",
		`{{with .Problem}}{{.}}{{else with .Live}}at {{.}}{{end}}`:   "at aaaaaaa",
		"{{if .Problem}}text{{end}}":                                 "**Preview is live** at `aaaaaaa` → <https://pr-42.shop.preview.acme.dev>",
		strings.Repeat("{{.Headline}}", 700):                         "**Preview is live** at `aaaaaaa` → <https://pr-42.shop.preview.acme.dev>",
	} {
		if got := textOf(t, feedback.Settings{Template: template}, report(live)); got != want {
			t.Errorf("%.60s: got\n%.300s\nwant\n%s", template, got, want)
		}
	}
}

// Templates that could fail, not end, or take the code spans of values apart are errors with
// their line.
func TestInvalidTemplates(t *testing.T) {
	t.Parallel()
	for template, want := range map[string]string{
		"a\n{{.Titel}}":                              `template:2:2: the field "Titel" does not exist`,
		"{{.Title.Foo}}":                             "does not exist",
		"{{.":                                        "template:1",
		"{{$}}":                                      "does not exist",
		"{{with .Title}}{{.Foo}}{{end}}":             "does not exist",
		"{{range .Title}}{{end}}":                    "no other actions",
		"{{range 1000000000000}}{{end}}":             "no other actions",
		`{{define "a"}}{{template "a"}}{{end}}x`:     "define others",
		`{{template "a"}}`:                           "no other actions",
		`{{block "a" .}}{{end}}`:                     "define others",
		`{{printf "%.1s" .Title}}`:                   `the function "printf"`,
		"{{slice .Title 1}}":                         `the function "slice"`,
		"{{html .Title}}":                            `the function "html"`,
		"{{.Title | len}}":                           `the function "len"`,
		"{{\"`\"}}{{.Title}}":                        "a string can have",
		"`{{.Title}}`":                               "beside a value",
		"a `b {{.Title}} c` d":                       "a code span can't contain a value",
		"{{.Title}}`x` y":                            "beside a value",
		`\{{.Branch}}`:                               "beside a value",
		"${{.Branch}}$":                              "beside a value",
		"```\n{{.Title}}\n```\n":                     "fences",
		"~~~\n{{.Title}}":                            "fences",
		"<img alt=\"{{.Title}}\">":                   "HTML",
		"<!-- {{.Title}} -->":                        "HTML",
		"{{if true}}{{end}}":                         "empty",
		"{{/* nothing */}}":                          "empty",
		strings.Repeat("a", 10_001):                  "more than 10000 bytes",
		strings.Repeat("x", 5000) + "{{1}}":          "can't be used",
		"{{.Title}}{{if eq .State \"a<b\"}}{{end}}a": "a string can have",
	} {
		err := feedback.CheckTemplate(template)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: got the error %v, want one with %q", template, err, want)
		}
		_, err = feedback.New(feedback.Options{
			Log:  slog.New(slog.NewTextHandler(io.Discard, nil)),
			Sets: []feedback.Set{{Name: "shop", Settings: feedback.Settings{Template: template}}},
		})
		if err == nil || !strings.Contains(err.Error(), `feedback of the set "shop"`) {
			t.Errorf("%.40q: New returns the error %v", template, err)
		}
	}
}

// docs/feedback.md lists all fields of templates.
func TestFieldsAreDocumented(t *testing.T) {
	t.Parallel()
	docs, err := os.ReadFile("../../docs/feedback.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(docs), "| field | is |")
	table, _, _ = strings.Cut(table, "\n\n")
	for f := range reflect.TypeFor[feedback.Fields]().Fields() {
		if !strings.Contains(table, "`"+f.Name+"`") {
			t.Errorf("docs/feedback.md lacks the field %s", f.Name)
		}
	}
}
