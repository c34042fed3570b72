package policy_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/previewset/previewset/kustomize/policy"
)

func TestWordsAreDocumented(t *testing.T) {
	page, err := os.ReadFile("../../docs/overlays.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range policy.Allowable() {
		if !strings.Contains(string(page), "| `"+word+"` |") {
			t.Errorf("docs/overlays.md has no row of %s", word)
		}
	}
	if !slices.IsSorted(policy.Allowable()) {
		t.Error("the words are not sorted")
	}
}
