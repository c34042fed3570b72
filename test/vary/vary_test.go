package vary_test

import (
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/previewset/previewset/test/vary"
)

type inner struct{ Text string }

type outer struct {
	inner
	Inner    inner
	Number   int
	Flag     bool
	At       time.Time
	List     []string
	Structs  []inner
	Map      map[string]string
	Pointer  *inner
	Missing  *time.Time
	Duration time.Duration
}

func TestFieldsChangesEachFieldAlone(t *testing.T) {
	t.Parallel()
	base := outer{List: []string{"a", "b"}, Structs: []inner{{"s"}}, Map: map[string]string{"k": "v"}, Pointer: &inner{"p"}}
	unchanged := outer{List: []string{"a", "b"}, Structs: []inner{{"s"}}, Map: map[string]string{"k": "v"}, Pointer: &inner{"p"}}
	var paths []string
	for path, changed := range vary.Fields(base) {
		paths = append(paths, path)
		different := 0
		for i := range reflect.TypeFor[outer]().NumField() {
			if fmt.Sprintf("%+v", reflect.ValueOf(changed).Field(i)) != fmt.Sprintf("%+v", reflect.ValueOf(base).Field(i)) {
				different++
			}
		}
		if different != 1 {
			t.Errorf("%s: %d fields differ, want 1", path, different)
		}
		if reflect.DeepEqual(changed, base) {
			t.Errorf("%s: nothing differs", path)
		}
	}
	want := []string{
		"Inner.Text", "Number", "Flag", "At",
		"List with one more", "List without 0", "List[0]", "List without 1", "List[1]",
		"Structs with one more", "Structs without 0", "Structs[0].Text",
		"Map with one more", "Map without k", "Map[k]", "Pointer without a value", "Pointer.Text", "Missing", "Duration",
	}
	if !slices.Equal(paths, want) {
		t.Errorf("got %q\nwant %q", paths, want)
	}
	if !reflect.DeepEqual(base, unchanged) {
		t.Errorf("the base was modified: %+v", base)
	}
}

func TestFieldsStops(t *testing.T) {
	t.Parallel()
	for range vary.Fields(outer{List: []string{"a"}}) {
		break
	}
}

func TestFieldsWithUsesGivenValues(t *testing.T) {
	t.Parallel()
	base := outer{List: []string{"a"}, Map: map[string]string{"k": "v"}}
	values := map[string]any{
		"Inner": inner{"given"}, "Duration": 7, "List[0]": "given", "List with one more": "given", "Map[k]": "given", "Map with one more": "given",
	}
	want := map[string]outer{}
	for path, set := range map[string]func(*outer){
		"Inner":              func(o *outer) { o.Inner = inner{"given"} },
		"Duration":           func(o *outer) { o.Duration = 7 },
		"List[0]":            func(o *outer) { o.List = []string{"given"} },
		"List with one more": func(o *outer) { o.List = []string{"a", "given"} },
		"Map[k]":             func(o *outer) { o.Map = map[string]string{"k": "given"} },
		"Map with one more":  func(o *outer) { o.Map = map[string]string{"k": "v", "x": "given"} },
	} {
		o := base
		set(&o)
		want[path] = o
	}
	got := map[string]outer{}
	for path, changed := range vary.FieldsWith(base, values) {
		if _, given := values[path]; given {
			got[path] = changed
		}
		if path == "Inner.Text" {
			t.Error("got a change in a struct that has a given value")
		}
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
}
