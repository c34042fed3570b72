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
	compare(t, page, written+mark+wordDocs()+strangerDocs())
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
		fmt.Fprintf(&b, "\n### `%s`\nIt allows %s.\n\n| refused | accepted | why | source |\n| --- | --- | --- | --- |\n", word.Name, word.Allows)
		for _, row := range policy.Rows() {
			if row.Word == word.Name {
				fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", whereOf(row), row.Except.Text, row.Why, row.Source)
			}
		}
		for _, row := range policy.StrangerRows() {
			if row.Word == word.Name {
				fmt.Fprintf(&b, "| with `only`: %s | %s | %s | %s |\n", whereOf(row), row.Except.Text, row.Why, row.Source)
			}
		}
		if word.Name == "other-host" {
			b.WriteString(hostDocs())
		}
	}
	return b.String()
}

// strangerDocs returns the tables for bases that strangers write.
func strangerDocs() string {
	var b strings.Builder
	b.WriteString("\n## The default allow list\n`default` in `overlay.kinds.only` stands for these kinds:\n\n")
	for _, kind := range policy.DefaultKinds() {
		fmt.Fprintf(&b, "- `%s`\n", kind)
	}
	b.WriteString("\n## Harmless annotations\nWith `overlay.kinds.only`, these annotations are accepted, if their values match the regular expressions. Keys without a slash are accepted, too.\n\n| annotations | values | source |\n| --- | --- | --- |\n")
	for _, row := range policy.HarmlessAnnotations() {
		values := "all"
		if row[1] != "" {
			values = "`" + strings.ReplaceAll(row[1], "|", `\|`) + "`"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", strings.ReplaceAll(row[0], " ", "`, `"), values, row[2])
	}
	b.WriteString("\n## Labels\nWith `overlay.kinds.only`, these labels are refused, except for `app.kubernetes.io/*`. A domain stands for all of its labels, and for those of its subdomains.\n\n| labels | source |\n| --- | --- |\n")
	for _, row := range policy.LabelsOfControllers() {
		fmt.Fprintf(&b, "| `%s` | %s |\n", row[0], row[1])
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
	case row.Label != "":
		return "label `" + row.Label + "`"
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

// hostDocs returns the fields with hosts that a preview serves, with a line for each list of
// kinds.
func hostDocs() string {
	var order []string
	paths := map[string][]string{}
	for _, row := range fields.Known() {
		if row.Is != fields.Host && row.Is != fields.OtherHost {
			continue
		}
		kinds := "objects of all kinds"
		if row.Group != fields.AnyGroup {
			kinds = strings.Join(kindsOf(row.Group, row.Kinds), ", ")
		}
		if paths[kinds] == nil {
			order = append(order, kinds)
		}
		paths[kinds] = append(paths[kinds], "`"+row.Path+"`")
	}
	var b strings.Builder
	for _, kinds := range order {
		fmt.Fprintf(&b, "| %s: %s | hosts of the preview | it would serve a host of others | [hosts](overlays.md#hosts) |\n", kinds, strings.Join(paths[kinds], ", "))
	}
	return b.String()
}
