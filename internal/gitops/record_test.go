package gitops

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/test/fuzzing"
)

func samplePreview() generator.Preview {
	return generator.Preview{
		Set: "shop",
		Change: generator.Change{
			Kind: generator.PullRequest, Number: 42, Branch: "feature/x", TargetBranch: "main",
			HeadSHA: strings.Repeat("a", 40), Title: "{{.x}}: \"quoted\"\n--- #\x1b[31m", Author: "ada",
			Labels: []string{"preview", "yes"}, Fork: true, URL: "https://github.com/acme/shop/pull/42",
			CreatedAt: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), UpdatedAt: time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC),
		},
		Repository: generator.Repository{ForgeHost: "github.com", Organization: "acme", Name: "shop", CloneURL: "https://github.com/acme/shop.git", DefaultBranch: "main"},
		Names:      generator.Names{ID: "pr-42", Application: "shop-pr-42", Namespace: "shop-pr-42", Host: "pr-42.shop.preview.localhost", DBSchema: "shop_pr_42"},
		ExpiresAt:  time.Date(2026, 3, 5, 12, 0, 0, 0, time.UTC),
	}
}

// A commit can have any date, also years that RFC 3339 can't represent.
func TestRecordAcceptsDatesOutsideRFC3339(t *testing.T) {
	for _, year := range []int{-1, 10000, 290000000000} {
		p := samplePreview()
		p.UpdatedAt = time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC)
		record := newRecord(p, false, nil)
		data, err := record.encode()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := parseRecord(data, "shop", "pr-42"); err != nil {
			t.Errorf("year %d: got error %v for the record\n%s", year, err, data)
		}
		if record.fingerprint() == (Record{}).fingerprint() {
			t.Errorf("year %d: the fingerprint is that of an empty record", year)
		}
	}
}

func TestRecordRoundTrip(t *testing.T) {
	p := samplePreview()
	inputs := map[string]string{"apps/shop/base": strings.Repeat("b", 40)}
	data, err := newRecord(p, true, inputs).encode()
	if err != nil {
		t.Fatal(err)
	}
	r, err := parseRecord(data, "shop", "pr-42")
	if err != nil {
		t.Fatalf("got error %v for the record\n%s", err, data)
	}
	if !reflect.DeepEqual(r.Preview(), p) || !r.Restored || !reflect.DeepEqual(r.Inputs, inputs) {
		t.Errorf("got %+v\nwant %+v", r.Preview(), p)
	}
	again, err := newRecord(p, true, inputs).encode()
	if err != nil || string(again) != string(data) {
		t.Errorf("got other bytes for the same preview: %v\n%s", err, again)
	}
}

func TestRecordOfVariant(t *testing.T) {
	p := samplePreview()
	p.Variant, p.ID = "flag-on", "pr-42-flag-on"
	p.Parameters, p.Features = map[string]string{"service": "web", "empty": ""}, generator.Flags{"new": "on"}
	data, err := newRecord(p, false, nil).encode()
	if err != nil {
		t.Fatal(err)
	}
	r, err := parseRecord(data, "shop", "pr-42-flag-on")
	if err != nil || !reflect.DeepEqual(r.Preview(), p) {
		t.Fatalf("%v; got %+v\nwant %+v", err, r.Preview(), p)
	}
	for _, variant := range []string{"on", "flag-off", "42-flag-on", "-flag-on", "pr-42-flag-on"} {
		other := strings.Replace(string(data), "variant: flag-on", "variant: "+variant, 1)
		_, err := parseRecord([]byte(other), "shop", "pr-42-flag-on")
		if !errors.Is(err, errDamaged) {
			t.Errorf("variant %s: got error %v, want errDamaged", variant, err)
		}
	}
	none := strings.Replace(string(data), "variant: flag-on\n", "", 1)
	if _, err := parseRecord([]byte(none), "shop", "pr-42-flag-on"); !errors.Is(err, errDamaged) {
		t.Errorf("no variant: got error %v, want errDamaged", err)
	}
}

// The record of a preview without a variant has the same bytes as in releases
// without variants.
func TestRecordWithoutVariantIsUnchanged(t *testing.T) {
	p := samplePreview()
	p.Title, p.Parameters, p.Features = "A title", map[string]string{}, generator.Flags{}
	data, err := newRecord(p, false, map[string]string{"base": "x"}).encode()
	if err != nil || string(data) != plainRecord {
		t.Errorf("got error %v and\n%s\nwant\n%s", err, data, plainRecord)
	}
}

const plainRecord = recordHeader + `apiVersion: previewset.dev/v1alpha1
kind: Preview
set: shop
id: pr-42
repository:
  host: github.com
  organization: acme
  name: shop
  url: https://github.com/acme/shop.git
  defaultBranch: main
change:
  kind: pull-request
  number: 42
  branch: feature/x
  targetBranch: main
  head: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
  title: A title
  author: ada
  labels:
    - preview
    - "yes"
  fork: true
  url: https://github.com/acme/shop/pull/42
  createdAt: 2026-03-01T12:00:00Z
  updatedAt: 2026-03-02T12:00:00Z
names:
  application: shop-pr-42
  namespace: shop-pr-42
  host: pr-42.shop.preview.localhost
  dbSchema: shop_pr_42
expiresAt: 2026-03-05T12:00:00Z
inputs:
  base: x
`

func TestParseRecordRefuses(t *testing.T) {
	good, err := newRecord(samplePreview(), false, nil).encode()
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"empty":          "",
		"a list":         "- a\n",
		"another kind":   strings.Replace(string(good), "kind: Preview", "kind: Secret", 1),
		"another entry":  strings.Replace(string(good), "id: pr-42", "id: pr-43", 1),
		"another set":    strings.Replace(string(good), "set: shop", "set: web", 1),
		"no change":      strings.Replace(string(good), "number: 42", "number: 0", 1),
		"too large":      string(good) + strings.Repeat("#", maxRecord),
		"not UTF-8 YAML": "\xff\xfe",
	} {
		if _, err := parseRecord([]byte(text), "shop", "pr-42"); !errors.Is(err, ErrRecord) {
			t.Errorf("%s: got error %v, want ErrRecord", name, err)
		}
	}
}

func TestIsRevertOfPrune(t *testing.T) {
	hash := strings.Repeat("0", 40)
	for message, want := range map[string]bool{
		"Revert \"shop: prune pr-41 (merged)\"\n\nThis reverts commit " + hash + ".\n":           true,
		"Revert \"shop: add pr-42, prune pr-41 (label)\"\n\nThis reverts commit " + hash + ".\n": true,
		"Revert \"shop: add pr-42\"\n\nThis reverts commit " + hash + ".\n":                      false,
		"Revert \"Prune the hedge\"\n\nThis reverts commit " + hash + ".\n":                      false,
		"shop: prune pr-41 (merged)\n\nPreviewset-Set: shop\n":                                   false,
	} {
		if got := isRevertOfPrune(message); got != want {
			t.Errorf("%q: got %v, want %v", message, got, want)
		}
	}
}

func FuzzRecord(f *testing.F) {
	good, err := newRecord(samplePreview(), true, map[string]string{"base": "x"}).encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add([]byte("a: &a [*a]"))
	judged := fuzzing.Judged(f, 1)
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := parseRecord(data, "shop", "pr-42")
		if err != nil {
			return
		}
		judged()
		p := r.Preview()
		if p.ID != "pr-42" || p.Set != "shop" {
			t.Fatalf("the record of %s/%s was accepted as that of shop/pr-42", p.Set, p.ID)
		}
		if _, err := newRecord(p, r.Restored, r.Inputs).encode(); err != nil {
			t.Errorf("the parsed record can't be encoded: %v", err)
		}
	})
}
