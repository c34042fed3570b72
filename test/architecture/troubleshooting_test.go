package architecture_test

import (
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestTroubleshootingQuotesMessages checks that the source code has each message that is a
// heading of docs/troubleshooting.md.
func TestTroubleshootingQuotesMessages(t *testing.T) {
	t.Parallel()
	messages := messagesIn(t, "../..")
	for _, line := range linesOf(t, "../../docs/troubleshooting.md") {
		heading, ok := strings.CutPrefix(line, "### ")
		if !ok {
			continue
		}
		quotes := codeSpan.FindAllStringSubmatch(heading, -1)
		if len(quotes) == 0 {
			t.Errorf("heading %q quotes no message", heading)
		}
		for _, quote := range quotes {
			if fixed := strings.Trim(quote[1], "… "); !slices.ContainsFunc(messages, func(m string) bool { return strings.Contains(m, fixed) }) {
				t.Errorf("no message of the source code contains %q", fixed)
			}
		}
	}
}

// TestTroubleshootingDescribesCauses checks that docs/troubleshooting.md has the causes in a
// 503, and the first lines of the log about the state of a set.
func TestTroubleshootingDescribesCauses(t *testing.T) {
	t.Parallel()
	page := strings.Join(linesOf(t, "../../docs/troubleshooting.md"), " ")
	for _, name := range []string{"../../internal/pipeline/cause.go", "../../internal/service/observe_log.go"} {
		for _, message := range messagesOf(t, name) {
			if fixed := strings.Trim(message, "… "); strings.Contains(fixed, " ") && !strings.Contains(page, fixed) {
				t.Errorf("%s: the page lacks %q", name, fixed)
			}
		}
	}
}

// TestStatesAndReasonsAreDocumented checks that the first column of a table in docs has each
// state and each reason.
func TestStatesAndReasonsAreDocumented(t *testing.T) {
	t.Parallel()
	documented := map[string]bool{}
	for _, line := range linesOf(t, "../../docs/operation.md") {
		if cells := strings.Split(line, "|"); len(cells) > 2 {
			for _, word := range codeSpan.FindAllStringSubmatch(cells[1], -1) {
				documented[word[1]] = true
			}
		}
	}
	for name, word := range constantsOf(t, "../../generator", "State", "Reason") {
		if !documented[word] {
			t.Errorf("no table in docs/operation.md has %s: %q", name, word)
		}
	}
}

// TestLinksBetweenDocs checks that the targets of relative links exist.
func TestLinksBetweenDocs(t *testing.T) {
	t.Parallel()
	pages, err := filepath.Glob("../../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range append(pages, "../../README.md", "../../CONTRIBUTING.md") {
		for _, line := range linesOf(t, page) {
			for _, link := range link.FindAllStringSubmatch(codeSpan.ReplaceAllString(line, ""), -1) {
				file, anchor, _ := strings.Cut(link[1], "#")
				target := page
				if file != "" {
					target = filepath.Join(filepath.Dir(page), file)
				}
				if _, err := os.Stat(target); err != nil {
					t.Errorf("%s: %v", page, err)
				} else if anchor != "" && !slices.Contains(anchorsOf(t, target), anchor) {
					t.Errorf("%s: %s has no heading for #%s", page, target, anchor)
				}
			}
		}
	}
}

var (
	codeSpan = regexp.MustCompile("`([^`]+)`")
	link     = regexp.MustCompile(`\]\(([^):\s]+)\)`)
	verb     = regexp.MustCompile(`%(\[\d+\])?[-+# 0]*\d*(\.\d+)?[a-zA-Z]`)
	notSlug  = regexp.MustCompile(`[^\p{L}\p{N}_ -]`)
)

// anchorsOf returns the anchors of the headings in a file, as GitHub makes them.
func anchorsOf(t *testing.T, file string) (anchors []string) {
	t.Helper()
	for _, line := range linesOf(t, file) {
		if hashes, heading, ok := strings.Cut(line, " "); ok && hashes != "" && strings.Trim(hashes, "#") == "" {
			heading = regexp.MustCompile(`\[([^]]*)\]\([^)]*\)`).ReplaceAllString(heading, "$1")
			anchors = append(anchors, strings.ReplaceAll(notSlug.ReplaceAllString(strings.ToLower(heading), ""), " ", "-"))
		}
	}
	return anchors
}

// linesOf returns the lines of a file outside of code blocks.
func linesOf(t *testing.T, file string) (lines []string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	code := false
	for line := range strings.Lines(string(text)) {
		if fence := strings.HasPrefix(strings.TrimSpace(line), "```"); fence {
			code = !code
		} else if !code {
			lines = append(lines, strings.TrimSuffix(line, "\n"))
		}
	}
	return lines
}

// messagesIn returns the strings of the product below root. "…" stands for a part that
// varies.
func messagesIn(t *testing.T, root string) (messages []string) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch name := d.Name(); {
		case err != nil:
			return err
		case d.IsDir() && path != root && (name == "test" || name == "testdata" || strings.HasPrefix(name, ".")):
			return filepath.SkipDir
		case strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go"):
			messages = append(messages, messagesOf(t, path)...)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return messages
}

// messagesOf returns the strings of one file: each sum of strings is one message.
func messagesOf(t *testing.T, name string) (messages []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ImportSpec:
			return false
		case *ast.BinaryExpr:
			if n.Op == token.ADD {
				messages = append(messages, textOf(n))
			}
		case *ast.BasicLit:
			messages = append(messages, textOf(n))
		}
		return true
	})
	return messages
}

func textOf(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.BinaryExpr:
		return textOf(e.X) + textOf(e.Y)
	case *ast.BasicLit:
		if text, err := strconv.Unquote(e.Value); err == nil && e.Kind == token.STRING {
			return verb.ReplaceAllString(text, "…")
		}
	}
	return "…"
}

// constantsOf returns the values of the typed string constants of the package in dir whose
// types have these names.
func constantsOf(t *testing.T, dir string, typeNames ...string) map[string]string {
	t.Helper()
	positions, files := parsePackage(t, dir)
	ignoring := types.Config{Error: func(error) {}} // imports are not resolved
	pkg, _ := ignoring.Check(dir, positions, files, nil)
	values := map[string]string{}
	for _, name := range pkg.Scope().Names() {
		object, ok := pkg.Scope().Lookup(name).(*types.Const)
		if !ok {
			continue
		}
		if named, ok := object.Type().(*types.Named); ok && slices.Contains(typeNames, named.Obj().Name()) {
			values[name] = constant.StringVal(object.Val())
		}
	}
	if len(values) == 0 {
		t.Fatalf("%s has no constants of the types %v", dir, typeNames)
	}
	return values
}
