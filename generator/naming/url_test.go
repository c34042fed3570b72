package naming_test

import (
	"strings"
	"testing"

	"github.com/previewset/previewset/generator/naming"
)

func withURL(url string) naming.Patterns {
	p := bothKinds("shop", "", "", "")
	p.URL = url
	return p
}

func TestURL(t *testing.T) {
	t.Parallel()
	tests := []struct{ template, want, problem string }{
		{"", "", ""},
		{"https://{{.host}}", "https://pr-42.x", ""},
		{"http://{{.host}}:8080/{{.set}}?id={{.id}}#top", "http://pr-42.x:8080/shop?id=pr-42#top", ""},
		{"https://{{.host}}/a b", "https://pr-42.x/a%20b", ""},
		{"{{.host}}", "", "without http:// or https://"},
		{"ftp://{{.host}}", "", "without http:// or https://"},
		{"javascript:alert(1)", "", "without http:// or https://"},
		{"https://", "", "without a host"},
		{"https:///{{.id}}", "", "without a host"},
		{"https://user:secret@{{.host}}", "", "with a user or a password"},
		{"https://{{.host}}:x", "", "not a URL"},
		{"https://{{.head_sha}}", "", "would rename"},
		{"https://{{.namespace}}", "", "not a parameter that names can use"},
	}
	for _, tt := range tests {
		problems := naming.CheckTemplates(withURL(tt.template))
		if tt.problem != "" {
			if len(problems) != 1 || problems[0].Key != "names.url" || !strings.Contains(problems[0].Err.Error(), tt.problem) || strings.Contains(problems[0].Err.Error(), "secret") {
				t.Errorf("%s: got %v, want %s", tt.template, problems, tt.problem)
			}
			continue
		}
		n := newNamers(t, withURL(tt.template))["shop"]
		if got, err := n.URL(pr("shop", 42), params(pr("shop", 42)), "pr-42.x"); err != nil || got != tt.want {
			t.Errorf("%s: got %q, %v; want %q", tt.template, got, err, tt.want)
		}
	}
}

// A template can be valid for most changes only.
func TestURLOfOneChange(t *testing.T) {
	t.Parallel()
	n := newNamers(t, withURL("https://{{.branch}}.dev"))["shop"]
	if got, err := n.URL(branch("shop", "a b"), params(branch("shop", "a b")), "x"); err == nil || !strings.Contains(err.Error(), "names.url") {
		t.Errorf("got %q, %v; want an error with names.url", got, err)
	}
}
