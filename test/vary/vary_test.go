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
	Map      map[string]string
	Pointer  *inner
	Missing  *time.Time
	Duration time.Duration
}

func TestFieldsChangesEachFieldAlone(t *testing.T) {
	t.Parallel()
	base := outer{List: []string{"a", "b"}, Map: map[string]string{"k": "v"}, Pointer: &inner{"p"}}
	unchanged := outer{List: []string{"a", "b"}, Map: map[string]string{"k": "v"}, Pointer: &inner{"p"}}
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
		"List with one more", "List without 0", "List with another 0", "List without 1", "List with another 1",
		"Map with one more", "Map without k", "Map with another k", "Pointer without a value", "Pointer.Text", "Missing", "Duration",
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
