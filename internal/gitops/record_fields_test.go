package gitops

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/test/vary"
)

// fullPreview returns a preview in which each field that a record has is set.
func fullPreview() generator.Preview {
	p := samplePreview()
	p.Title, p.Draft = "A title", true
	p.Variant, p.ID = "on", "pr-42-on"
	p.Parameters, p.Features = map[string]string{"service": "web"}, generator.Flags{"new": "on"}
	p.Hosts = []generator.Host{{Base: "api.acme.dev", Name: "api-pr-42.acme.dev"}, {Base: "*.acme.dev", Name: "*.pr-42.acme.dev"}}
	p.Objection = &generator.Objection{Reason: generator.ReasonLabel, Guard: &generator.Guard{Removals: 1, Percent: 2}, Since: time.Unix(1e9, 0).UTC()}
	return p
}

// notRecorded are the fields of a preview that its record does not have. Held depends on
// the objection and the configuration, the link on the configuration, and no decision on the
// page of the repository.
var notRecorded = map[string]bool{"Held.Reason": true, "Held.Detail": true, "Held.Since": true, "Repository.PageURL": true, "Link": true}

// A record has each field of its preview, in its fingerprint and after it was written and
// read.
func TestRecordHasEachFieldOfPreview(t *testing.T) {
	t.Parallel()
	base := fullPreview()
	seen := map[Fingerprint]string{newRecord(base, false, nil).fingerprint(): "no change"}
	for path, p := range vary.Fields(base) {
		record := newRecord(p, false, nil)
		if other, same := seen[record.fingerprint()]; same != notRecorded[path] {
			t.Errorf("%s: got the fingerprint of %q", path, other)
		}
		seen[record.fingerprint()] = path
		data, err := record.encode()
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		read, err := decodeRecord(data)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		if notRecorded[path] {
			p.Held, p.Repository.PageURL, p.Link = generator.Verdict{}, "", ""
		}
		if len(p.Hosts) == 0 {
			p.Hosts = nil
		}
		if len(p.Parameters) == 0 {
			p.Parameters = nil
		}
		if len(p.Features) == 0 {
			p.Features = nil
		}
		if got := read.normalized().Preview(); !reflect.DeepEqual(got, p) {
			t.Errorf("%s: got %+v\nwant %+v", path, got, p)
		}
		if read.normalized().fingerprint() != record.fingerprint() {
			t.Errorf("%s: the fingerprint differs after the record was read", path)
		}
	}
}

// A record of a version without atLeast equals a guard with any atLeast, and keeps its form.
func TestGuardWithoutAtLeastStaysWithoutIt(t *testing.T) {
	t.Parallel()
	p := fullPreview()
	p.Objection.Guard.AtLeast = generator.AnyAtLeast
	data, err := newRecord(p, false, nil).encode()
	if err != nil || strings.Contains(string(data), "atLeast") {
		t.Fatalf("got %v, want a record without atLeast:\n%s", err, data)
	}
	record, err := parseRecord(data, p.Set, p.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, atLeast := range []int{0, 3} {
		if guard := (generator.Guard{Removals: 1, Percent: 2, AtLeast: atLeast}); !record.Preview().Objection.HeldBy(guard) {
			t.Errorf("atLeast %d: got a record that the guard does not hold", atLeast)
		}
	}
}

// The fingerprint covers each field of a record.
func TestFingerprintCoversEachFieldOfRecord(t *testing.T) {
	t.Parallel()
	base := newRecord(fullPreview(), false, map[string]string{"base": "x"})
	seen := map[Fingerprint]string{base.fingerprint(): "no change"}
	for path, r := range vary.Fields(base) {
		if other, same := seen[r.fingerprint()]; same {
			t.Errorf("%s: got the fingerprint of %q", path, other)
		}
		seen[r.fingerprint()] = path
	}
}

// normalized keeps each field.
func TestNormalFormKeepsEachField(t *testing.T) {
	t.Parallel()
	base := newRecord(fullPreview(), true, map[string]string{"base": "x"})
	for path, r := range vary.Fields(base) {
		want, err := r.encode()
		if err != nil {
			t.Fatal(err)
		}
		if got, err := r.normalized().encode(); err != nil || string(got) != string(want) {
			t.Errorf("%s: got %v, %s\nwant %s", path, err, got, want)
		}
	}
}

// A record with another value in one of these fields is refused, because they make its
// directory an entry. A record with another value in any other field is read.
func TestRecordIsOwnedByItsIdentity(t *testing.T) {
	t.Parallel()
	owning := map[string]error{
		"APIVersion": errDamaged, "Kind": errDamaged, "Set": ErrRecord, "ID": ErrRecord, "Variant": errDamaged,
		"Change.Kind": errDamaged, "Change.Head": errDamaged,
	}
	base := newRecord(fullPreview(), false, nil)
	found := 0
	for path, r := range vary.Fields(base) {
		data, err := r.encode()
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		_, err = parseRecord(data, base.Set, base.ID)
		want := owning[path]
		if want != nil {
			found++
		}
		if !errors.Is(err, want) || (err == nil) != (want == nil) {
			t.Errorf("%s: got %v, want %v", path, err, want)
		}
		if errors.Is(want, ErrRecord) && !errors.Is(want, errDamaged) && errors.Is(err, errDamaged) {
			t.Errorf("%s: the record of another entry counts as damaged: it would be overwritten", path)
		}
		// Without the header somebody else wrote the file.
		withoutHeader := []byte(strings.TrimPrefix(string(data), recordHeader))
		if _, err := parseRecord(withoutHeader, base.Set, base.ID); errors.Is(err, errDamaged) || (err == nil) != (want == nil) {
			t.Errorf("%s without the header: got %v, want an error: %t, and not a damaged record", path, err, want != nil)
		}
	}
	if found != len(owning) {
		t.Errorf("%d of the fields %v exist", found, owning)
	}
}

func TestRecordNamesItsChange(t *testing.T) {
	t.Parallel()
	branch := string(generator.Branch)
	for _, test := range []struct {
		name string
		edit func(c *recordChange)
		want error
	}{
		{"pull request", func(*recordChange) {}, nil},
		{"number 1", func(c *recordChange) { c.Number = 1 }, nil},
		{"number 0", func(c *recordChange) { c.Number = 0 }, errDamaged},
		{"negative number", func(c *recordChange) { c.Number = -1 }, errDamaged},
		{"pull request without a branch", func(c *recordChange) { c.Branch = "" }, nil},
		{"branch", func(c *recordChange) { c.Kind = branch }, nil},
		{"branch without a name", func(c *recordChange) { c.Kind, c.Branch = branch, "" }, errDamaged},
		{"no kind", func(c *recordChange) { c.Kind = "" }, errDamaged},
		{"short head", func(c *recordChange) { c.Head = c.Head[1:] }, errDamaged},
		{"long head", func(c *recordChange) { c.Head += "a" }, errDamaged},
		{"head in upper case", func(c *recordChange) { c.Head = strings.ToUpper(c.Head) }, errDamaged},
		{"no head", func(c *recordChange) { c.Head = "" }, errDamaged},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r := newRecord(fullPreview(), false, nil)
			test.edit(&r.Change)
			data, err := r.encode()
			if err != nil {
				t.Fatal(err)
			}
			if _, err := parseRecord(data, r.Set, r.ID); !errors.Is(err, test.want) || (err == nil) != (test.want == nil) {
				t.Errorf("got %v, want %v", err, test.want)
			}
		})
	}
}

// The name of the directory must be the id of a preview, whatever id the record has.
func TestEntryHasID(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]bool{
		"pr-42": true, "br-main": true, "pr-42x": false, "pr-": false, "br-": false, "pr--1": false, "PR-42": false, "xpr-42": false,
		"pr-42/x": false, "pr-42.": false, "br-Main": false, "": false, "other": false, "pr-42\n": false,
	} {
		r := newRecord(samplePreview(), false, nil)
		r.ID = id
		data, err := r.encode()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := parseRecord(data, "shop", id); (err == nil) != want {
			t.Errorf("%q: got %v, want valid: %t", id, err, want)
		}
	}
}

func TestSizeOfRecordIsBounded(t *testing.T) {
	t.Parallel()
	const bound = 256 << 10
	r := newRecord(samplePreview(), false, nil)
	r.Change.Title = ""
	encode := func(author int) ([]byte, error) {
		r.Change.Author = strings.Repeat("a", author)
		return r.encode()
	}
	short, err := encode(1)
	if err != nil {
		t.Fatal(err)
	}
	longest := bound - len(short) + 1
	data, err := encode(longest)
	if err != nil || len(data) != bound {
		t.Fatalf("at the bound: got %d bytes, %v, want %d", len(data), err, bound)
	}
	if _, err := parseRecord(data, "shop", "pr-42"); err != nil {
		t.Errorf("at the bound: got %v, want none", err)
	}
	if _, err := parseRecord(append(data, '\n'), "shop", "pr-42"); !errors.Is(err, errDamaged) {
		t.Errorf("one byte more: got %v, want %v", err, errDamaged)
	}
	if _, err := encode(longest + 1); err == nil {
		t.Error("one byte more was encoded")
	}
}

// A memo has a value for one fingerprint of an id.
func TestMemoComparesFingerprint(t *testing.T) {
	t.Parallel()
	var m memo[Fingerprint, string]
	m.put("pr-1", Fingerprint{1}, "value")
	for _, test := range []struct {
		id   string
		key  Fingerprint
		want bool
	}{
		{"pr-1", Fingerprint{1}, true}, {"pr-1", Fingerprint{2}, false}, {"pr-1", Fingerprint{}, false}, {"pr-2", Fingerprint{1}, false},
	} {
		if _, ok := m.get(test.id, test.key); ok != test.want {
			t.Errorf("%s, %x: got a value: %t, want %t", test.id, test.key[:1], ok, test.want)
		}
	}
	m.forget()
	if _, ok := m.get("pr-1", Fingerprint{1}); ok {
		t.Error("got a value after forget")
	}
}

// A time has one form, whatever its zone and its fraction of a second.
func TestTimesOfRecordAreNormal(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	zone := time.FixedZone("", 3600)
	for _, other := range []time.Time{at.In(zone), at.Add(time.Millisecond), at.In(zone).Add(time.Millisecond), at.In(time.UTC)} {
		if got := wholeSeconds(&other); got == nil || *got != at {
			t.Errorf("%s: got %v, want %s", other, got, at)
		}
	}
	for _, none := range []*time.Time{nil, {}} {
		if got := wholeSeconds(none); got != nil {
			t.Errorf("got %s for no time, want nil", got)
		}
	}
}

// Only the complete header shows that previewset wrote a record that can't be read.
func TestDamagedRecordHasCompleteHeader(t *testing.T) {
	t.Parallel()
	if _, err := parseRecord([]byte(recordHeader+"\tnot YAML"), "shop", "pr-42"); !errors.Is(err, errDamaged) {
		t.Errorf("complete header: got %v, want %v", err, errDamaged)
	}
	for i := range len(recordHeader) {
		for _, header := range []string{recordHeader[:i], recordHeader[:i] + "~" + recordHeader[i+1:], "#\n" + recordHeader} {
			_, err := parseRecord([]byte(header+"\tnot YAML"), "shop", "pr-42")
			if !errors.Is(err, ErrRecord) || errors.Is(err, errDamaged) {
				t.Errorf("header %q: got %v, want %v that is not damaged", header, err, ErrRecord)
			}
		}
	}
}
