package gitops

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/test/fields"
)

// fullPreview returns a preview with a value in every field that a record has.
func fullPreview() *generator.Preview {
	p := samplePreview()
	p.Title, p.Draft = "A title", true
	p.Variant, p.ID = "blue", "pr-42-blue"
	p.Parameters, p.Features = map[string]string{"service": "web"}, generator.Flags{"new": "on"}
	p.Objection = &generator.Objection{Reason: generator.ReasonFork, Guard: &generator.Guard{Removals: 3, Percent: 40, AllowAll: true}}
	return &p
}

// recorded returns p as its record remembers it.
func recorded(t *testing.T, p generator.Preview) generator.Preview {
	t.Helper()
	data, err := newRecord(p, false, nil).encode()
	if err != nil {
		t.Fatal(err)
	}
	r, err := parseRecord(data, p.Set, p.ID)
	if err != nil {
		t.Fatalf("%v in\n%s", err, data)
	}
	return r.Preview()
}

// TestRecordHasEveryField changes each field of a preview. The record must store it,
// and must have another fingerprint.
func TestRecordHasEveryField(t *testing.T) {
	t.Parallel()
	// valid are values for fields where a changed text is not valid.
	valid := map[string]string{"Change.Kind": "branch", "Change.HeadSHA": strings.Repeat("b", 40), "Names.ID": "pr-43-blue"}
	plain := newRecord(*fullPreview(), false, nil).fingerprint()
	if got := recorded(t, *fullPreview()); !reflect.DeepEqual(got, *fullPreview()) {
		t.Fatalf("got %+v, want %+v", got, *fullPreview())
	}
	for _, f := range fields.Of(t, fullPreview()) {
		t.Run(f.Path, func(t *testing.T) {
			t.Parallel()
			p := fullPreview()
			changed := fields.Find(t, p, f.Path)
			if value, ok := valid[f.Path]; ok {
				changed.Set(value)
			} else {
				changed.Change()
			}
			want := *p
			switch f.Path {
			case "Held": // the reason why the preview stays, in this sync
				want.Held = ""
			case "Variant": // the ID ends in it
				p.ID += "x"
				want = *p
			}
			if got := recorded(t, *p); !reflect.DeepEqual(got, want) {
				t.Errorf("got %+v, want %+v", got, want)
			}
			if same := newRecord(*p, false, nil).fingerprint() == plain; same != (f.Path == "Held") {
				t.Errorf("got the same fingerprint: %v", same)
			}
		})
	}
}

// TestRecordOmitsEmptyFields sets each optional field to its zero value.
func TestRecordOmitsEmptyFields(t *testing.T) {
	t.Parallel()
	p := samplePreview()
	p.Title, p.Author, p.Labels, p.Fork, p.URL, p.CreatedAt, p.UpdatedAt, p.ExpiresAt = "", "", nil, false, "", time.Time{}, time.Time{}, time.Time{}
	p.Repository.ForgeHost, p.Repository.Organization, p.Repository.DefaultBranch = "", "", ""
	if got := recorded(t, p); !reflect.DeepEqual(got, p) {
		t.Errorf("got %+v, want %+v", got, p)
	}
}
