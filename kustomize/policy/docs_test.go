package policy_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/previewset/previewset/kustomize/fields"
	"github.com/previewset/previewset/kustomize/policy"
)

// page is the documentation of the policy. The part after the mark is written from the rows.
const (
	page = "../../docs/policy.md"
	mark = "<!-- Written by go test ./kustomize/policy -run TestPolicyDocs -update -->\n"
)

// TestPolicyDocs checks that docs/policy.md has each word with the kinds and fields behind it.
// With -update, it writes them.
func TestPolicyDocs(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	written, _, found := strings.Cut(string(content), mark)
	if !found {
		t.Fatalf("%s has no line %s", page, mark)
	}
	compare(t, page, written+mark+wordDocs())
}

func TestWordsAreSorted(t *testing.T) {
	t.Parallel()
	if !slices.IsSorted(policy.Allowable()) {
		t.Error("the words are not sorted")
	}
}

// wordDocs returns a section for each word.
func wordDocs() string {
	var b strings.Builder
	for _, word := range policy.Words() {
		fmt.Fprintf(&b, "\n### `%s`\nIt allows %s.\n\n| refused | except | why | source |\n| --- | --- | --- | --- |\n", word.Name, word.Allows)
		for _, row := range policy.Rows() {
			if row.Word == word.Name {
				fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", whereOf(row), row.Except.Text, row.Why, row.Source)
			}
		}
		if word.Name == "other-host" {
			b.WriteString(hostDocs())
		}
	}
	return b.String()
}

// whereOf describes what a row is about.
func whereOf(row policy.Row) string {
	where := strings.Join(kindsOf(row.Group, row.Kinds), ", ")
	switch {
	case row.Field != "":
		where = fieldOf(row)
	case row.Annotation != "":
		return "annotation `" + row.Annotation + "`"
	case row.Path != "":
		where += " `" + row.Path + "`"
	}
	if row.Admin {
		where += " in the administration namespace"
	}
	return where
}

// fieldOf describes the field of a row.
func fieldOf(row policy.Row) string {
	where := "field `" + row.Field + "`"
	if row.Value != "" {
		where += " with the value `" + row.Value + "`"
	}
	if row.Group != "" || row.Kinds != nil {
		where += " of " + strings.Join(kindsOf(row.Group, row.Kinds), ", ")
	}
	return where
}

// kindsOf returns kinds in the form Kind.group.
func kindsOf(group string, kinds []string) []string {
	if kinds == nil {
		return []string{"all kinds of `" + group + "`"}
	}
	var out []string
	for _, kind := range kinds {
		out = append(out, "`"+strings.TrimSuffix(kind+"."+group, ".")+"`")
	}
	return out
}

// hostDocs returns the fields with hosts that a preview serves.
func hostDocs() string {
	var b strings.Builder
	for _, row := range fields.Known() {
		if row.Is == fields.Host || row.Is == fields.OtherHost {
			kinds := "objects of all kinds"
			if row.Group != fields.AnyGroup {
				kinds = strings.Join(kindsOf(row.Group, row.Kinds), ", ")
			}
			fmt.Fprintf(&b, "| %s `%s` | hosts of the preview | it would serve a host of others | [hosts](overlays.md#hosts) |\n", kinds, row.Path)
		}
	}
	return b.String()
}
