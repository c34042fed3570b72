package kustomize_test

import (
	"cmp"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/previewset/previewset/kustomize"
)

// internals matches what a message must not have: internals of Kustomize, types of Go,
// and absolute paths.
var internals = regexp.MustCompile(`internal\.config|Go struct|\bkio\b|RNode|accumulat|ResId|\[no[A-Z]|\b(types|resid|yaml|kyaml|resource)\.[A-Z]|&\{|0x[0-9a-f]|previewset-probe|panicked|(^|[\s"'])/(base|c|one|two)\b|[ (](json|yaml): `)

// brokenBase is a base that does not build. Each has a Deployment web.yaml and a ConfigMap
// cm.yaml.
type brokenBase struct {
	Name  string
	K     string
	Files map[string]string
}

// message returns the error of an overlay of the base, "" for none.
func (b brokenBase) message(t *testing.T) string {
	t.Helper()
	contents := map[string]string{
		"base/kustomization.yaml": b.K,
		"base/web.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, labels: {app: web}}\n" +
			"spec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: web, image: web:1}]}}}\n",
		"base/cm.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: conf}\ndata: {host: a.example, list: a-b-c}\n",
	}
	for path, content := range b.Files {
		contents[path] = content
	}
	if err := refusalOf(t, kustomize.Spec{Base: "base"}, files(contents)); err != nil {
		return err.Error()
	}
	return ""
}

// TestMessages compares the messages for the bases of testdata/messages.yaml with
// testdata/messages.txt. Each message has a file, a reason and a remedy, in one line.
func TestMessages(t *testing.T) {
	t.Parallel()
	var bases []brokenBase
	content, err := os.ReadFile("testdata/messages.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(content, &bases); err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	for _, b := range bases {
		message := b.message(t)
		fmt.Fprintf(&got, "%s\n\t%s\n", b.Name, cmp.Or(message, "(builds)"))
		if message == "" {
			continue
		}
		if found := internals.FindString(message); found != "" || strings.Contains(message, "\n") {
			t.Errorf("%s: got %q, want a line without %q", b.Name, message, found)
		}
		if path, _, _ := strings.Cut(message, ": "); !strings.Contains(path, "/") && path != "x.yaml" || strings.HasPrefix(path, entry) {
			t.Errorf("%s: got %q, want a path of the base", b.Name, message)
		}
		if strings.Count(message, ": ") < 2 {
			t.Errorf("%s: got %q, want a path, a reason and a remedy", b.Name, message)
		}
		if strings.Contains(message, "hunter2") {
			t.Errorf("%s: got %q, with a secret", b.Name, message)
		}
	}
	compareGolden(t, "testdata/messages.txt", got.String())
}

// compareGolden compares got with a golden file.
func compareGolden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s: got\n%s\nwant\n%s", path, got, want)
	}
}
