package generator_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
	"testing"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/test/literals"
)

// reasons are the words that metrics, commits and programs have for reasons. They are
// a contract.
var reasons = map[generator.Reason]string{
	generator.ReasonKind:         "kind",
	generator.ReasonGitOpsBranch: "gitops-branch",
	generator.ReasonBranch:       "branch",
	generator.ReasonMergeQueue:   "merge-queue",
	generator.ReasonTargetBranch: "target-branch",
	generator.ReasonDraft:        "draft",
	generator.ReasonFork:         "fork",
	generator.ReasonForkDenied:   "fork-denied",
	generator.ReasonForkUnproven: "fork-unproven",
	generator.ReasonLabel:        "label",
	generator.ReasonIdle:         "idle",
	generator.ReasonExpired:      "expired",
	generator.ReasonLimit:        "limit",
	generator.ReasonVariant:      "variant",
	generator.ReasonUnreadable:   "unreadable",
	generator.ReasonSource:       "source",
	generator.ReasonName:         "name",
	generator.ReasonOverlay:      "overlay",
	generator.ReasonPending:      "pending",
	generator.ReasonUnlisted:     "unlisted",
	generator.ReasonUnproven:     "unproven",
	generator.ReasonApplication:  "application",
	generator.ReasonRevision:     "revision",
	generator.ReasonOrphan:       "orphan",
	generator.ReasonClosed:       "closed",
	generator.ReasonMerged:       "merged",
	generator.ReasonDeleted:      "deleted",
	generator.ReasonSync:         "sync",
	generator.ReasonHook:         "hook",
	generator.ReasonComparison:   "comparison",
	generator.ReasonDegraded:     "degraded",
	generator.ReasonProgressing:  "progressing",
	generator.ReasonSuspended:    "suspended",
	generator.ReasonOutOfSync:    "out-of-sync",
	generator.ReasonDeletion:     "deletion",
}

func TestReasonsAreStableWords(t *testing.T) {
	t.Parallel()
	for reason, want := range reasons {
		if string(reason) != want {
			t.Errorf("got %q, want %q", reason, want)
		}
	}
	if got := constantsOf(t, "Reason"); got != len(reasons) {
		t.Errorf("the source has %d reasons, this test %d", got, len(reasons))
	}
}

// TestEndings tries every word of the source code as an ending. Only those that are
// evidence end a change.
func TestEndings(t *testing.T) {
	t.Parallel()
	ended := map[generator.Ending]bool{"closed": true, "merged": true, "deleted": true}
	for _, word := range append(literals.Words(t, "."), "open", "closed", "merged", "deleted", "unknown", "") {
		if e := generator.Ending(word); e.Ended() != ended[e] {
			t.Errorf("%q: got Ended %v", word, e.Ended())
		}
	}
	for e, want := range map[generator.Ending]string{
		generator.EndingOpen: "open", generator.EndingClosed: "closed", generator.EndingMerged: "merged",
		generator.EndingDeleted: "deleted", generator.EndingUnknown: "unknown",
	} {
		if string(e) != want {
			t.Errorf("got %q, want %q", e, want)
		}
	}
	if got := constantsOf(t, "Ending"); got != 5 {
		t.Errorf("the source has %d endings, this test 5", got)
	}
}

// constantsOf counts the exported constants whose names begin with prefix.
func constantsOf(t *testing.T, prefix string) (n int) {
	t.Helper()
	for _, name := range []string{"verdict.go", "source.go"} {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(node ast.Node) bool {
			if decl, ok := node.(*ast.GenDecl); ok && decl.Tok == token.CONST {
				for _, spec := range decl.Specs {
					for _, ident := range spec.(*ast.ValueSpec).Names {
						if strings.HasPrefix(ident.Name, prefix) {
							n++
						}
					}
				}
			}
			return true
		})
	}
	return n
}

// TestBoundsOfFlags tries flags at each bound, and one beyond it.
func TestBoundsOfFlags(t *testing.T) {
	t.Parallel()
	many := func(n int) string {
		pairs := make([]string, n)
		for i := range pairs {
			pairs[i] = fmt.Sprintf("f%d=on", i)
		}
		return strings.Join(pairs, ",")
	}
	for name, flag := range map[string]func(n int) string{
		"64 bytes of a name":  func(n int) string { return strings.Repeat("a", 64+n) + "=on" },
		"64 bytes of a value": func(n int) string { return "a=" + strings.Repeat("x", 64+n) },
		"50 flags":            func(n int) string { return many(50 + n) },
	} {
		if _, err := generator.ParseFlags(flag(0)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := generator.ParseFlags(flag(1)); err == nil {
			t.Errorf("more than %s pass", name)
		}
	}
}
