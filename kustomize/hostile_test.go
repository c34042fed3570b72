package kustomize_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/kustomize"
	"github.com/previewset/previewset/kustomize/object"
)

// hostileText has text that YAML, templates or terminals could interpret as syntax.
const hostileText = "\"'}{{.head_sha}} $(VAR) ${VAR} `id`\n---\nkind: Secret\n\t# x: &a *a !!binary | > %\r\x1b[31m\u009b31m\x00\x7f\u2028\ufeff\u202e😀 ~"

// hostile returns a preview with hostile values.
func hostile() generator.Preview {
	p := pullRequest()
	p.Title, p.Branch, p.Author = hostileText, hostileText, hostileText
	p.Labels = []string{hostileText, "null", "yes", "1e3", "0o7"}
	p.URL = "https://example.com/a|b\"?x=<script>"
	return p
}

// document has the fields of a Kubernetes object that the tests read.
type document struct {
	Kind     string
	Metadata struct {
		Name, Namespace     string
		Labels, Annotations map[string]string
	}
	Data map[string]string
}

// documents parses manifests.
func documents(t testing.TB, manifests string) []document {
	t.Helper()
	var out []document
	decoder := yaml.NewDecoder(strings.NewReader(manifests))
	for {
		var d document
		err := decoder.Decode(&d)
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, manifests)
		}
		out = append(out, d)
	}
}

// find returns the object of this kind and name. A missing object fails the test.
func find(t testing.TB, manifests, kind, name string) document {
	t.Helper()
	for _, d := range documents(t, manifests) {
		if d.Kind == kind && d.Metadata.Name == name {
			return d
		}
	}
	t.Fatalf("no %s %s in\n%s", kind, name, manifests)
	return document{}
}

const oneConfigMap = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: plain\n"

// plainBase returns a minimal base.
func plainBase(t testing.TB, spec kustomize.Spec) *kustomize.Base {
	spec.Base = "base"
	return load(t, spec, files(map[string]string{
		"base/kustomization.yaml": "resources: [plain.yaml]\n",
		"base/plain.yaml":         oneConfigMap,
	}))
}

// FuzzRender checks that the texts of a change are always data.
func FuzzRender(f *testing.F) {
	f.Add(hostileText, hostileText, hostileText)
	f.Add("", "", "")
	f.Add("no", "0x1_0", "1:30")
	f.Add("a: b\n- c", "refs/heads/<<: *x", "\xff\xfe\x00")
	f.Add("| \n\n  text  \n", "> folded\n", "--- !ruby/object")
	f.Add("\u0085\u00a0\u2029\ufffe\U0010ffff", "=", "~")
	f.Add("\x7f", "\u009b31m", "\u0080")
	f.Add("\u200bzero\u200d\ufeff", "\u3164\u115f\uffa0", "a\ufe0fb\U000e0101\U000e0041")
	f.Add("trailing \n", "\n leading", "\t")
	f.Add("$(VAR)$$(VAR)", "${x}", "2026-01-02")
	base := plainBase(f, kustomize.Spec{Annotations: map[string]string{"acme.dev/title": "{{.title}}"}})
	f.Fuzz(func(t *testing.T, title, branch, label string) {
		if len(title) > 4096 {
			t.Skip("longer than the output of a template can be")
		}
		p := pullRequest()
		p.Title, p.Branch, p.Author, p.Labels = title, branch, label, []string{label, "x"}
		o := render(t, base, p)
		manifests := build(t, base, o)
		if n := len(documents(t, manifests)); n != 3 {
			t.Fatalf("got %d objects, want 3:\n%s", n, manifests)
		}
		for _, data := range []map[string]string{
			documents(t, string(o.Files["parameters.yaml"]))[0].Data,
			find(t, manifests, "ConfigMap", "preview").Data,
		} {
			for key, want := range map[string]string{"title": title, "branch": branch, "author": label, "labels": label + ",x"} {
				if got := data[key]; got != dataOf(want) {
					t.Errorf("%s: got %q, want %q", key, got, dataOf(want))
				}
			}
		}
		for key, value := range find(t, manifests, "Namespace", p.Namespace).Metadata.Annotations {
			if strings.ContainsAny(value, "\x00\x1b\r\u007f\u0085\u009b\u2028\u202e") {
				t.Errorf("annotation %s has control characters: %q", key, value)
			}
		}
		for name, content := range o.Files {
			if !utf8.Valid(content) || bytes.ContainsFunc(content, invisible) {
				t.Errorf("%s has invisible characters:\n%q", name, content)
			}
		}
	})
}

// invisible reports whether a file must not have r as it is.
func invisible(r rune) bool { return r != '\n' && object.Invisible(r) }

// dataOf returns the value that the ConfigMap has for a value.
func dataOf(value string) string {
	return strings.Map(func(r rune) rune {
		if r >= 0x7f && r <= 0x9f || r == 0xfffe || r == 0xffff {
			return utf8.RuneError
		}
		return r
	}, strings.ToValidUTF8(value, "\uFFFD"))
}

// TestEveryCharacter renders each character of Unicode's first plane, and some of the
// other planes.
func TestEveryCharacter(t *testing.T) {
	var all strings.Builder
	for r := rune(0); r <= utf8.MaxRune; r++ {
		if utf8.ValidRune(r) && (r < 0x10000 || r%997 == 0) {
			all.WriteRune(r)
		}
	}
	p := pullRequest()
	p.Title, p.Branch = all.String(), all.String()
	base := plainBase(t, kustomize.Spec{})
	o := render(t, base, p)
	for name, content := range o.Files {
		if bytes.ContainsFunc(content, invisible) {
			t.Errorf("%s has invisible characters", name)
		}
	}
	manifests := build(t, base, o)
	if got, want := find(t, manifests, "ConfigMap", "preview").Data["title"], dataOf(p.Title); got != want {
		at := 0
		for at < len(got) && got[at] == want[at] {
			at++
		}
		t.Errorf("the title differs from here: got %q, want %q", got[at:min(at+20, len(got))], want[at:min(at+20, len(want))])
	}
	var k struct {
		CommonAnnotations map[string]string `yaml:"commonAnnotations"`
	}
	if err := yaml.Unmarshal(o.Files["kustomization.yaml"], &k); err != nil {
		t.Fatal(err)
	}
	const key = "previewset.dev/branch"
	if got, want := find(t, manifests, "Namespace", p.Namespace).Metadata.Annotations[key], k.CommonAnnotations[key]; got != want || len(want) < 0x10000 {
		t.Errorf("the built annotation differs from the overlay's: got %d bytes, want %d", len(got), len(want))
	}
}
