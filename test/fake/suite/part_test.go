package suite

import (
	"flag"
	"slices"
	"testing"
)

func TestPartsAreDisjointAndComplete(t *testing.T) {
	all := []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}
	var got, one []int
	for _, number := range []string{"0", "1", "2", "3"} {
		setPart(t, number)
		got = append(got, PartOf(t, all)...)
		one = append(one, OneOf(t, all[:2])...)
	}
	slices.Sort(got)
	if !slices.Equal(got, all) {
		t.Errorf("the parts together have %v, want %v", got, all)
	}
	if !slices.Equal(one, []int{0, 1, 0, 1}) {
		t.Errorf("the parts have %v, want one case each, by turns", one)
	}
	setPart(t, "all")
	if got := PartOf(t, all); !slices.Equal(got, all) {
		t.Errorf("all parts have %v, want %v", got, all)
	}
	if got := OneOf(t, all); !slices.Equal(got, all) {
		t.Errorf("got %v of all parts, want %v", got, all)
	}
}

func setPart(t *testing.T, value string) {
	t.Helper()
	former := *partFlag
	t.Cleanup(func() { *partFlag = former })
	if err := flag.Set("part", value); err != nil {
		t.Fatal(err)
	}
}
