package generator_test

import (
	"slices"
	"testing"

	"github.com/previewset/previewset/generator"
)

func TestSortWarnings(t *testing.T) {
	t.Parallel()
	a := generator.Warning{Subject: "a", Message: "x"}
	b, c := generator.Warning{Subject: "b", Message: "x"}, generator.Warning{Subject: "b", Message: "y"}
	given := []generator.Warning{c, b, a, c}
	if got, want := generator.SortWarnings(given), []generator.Warning{a, b, c}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if given[0] != c {
		t.Error("the argument is modified")
	}
}
