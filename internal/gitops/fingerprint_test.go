package gitops

import (
	"strings"
	"testing"
	"time"

	"github.com/previewset/previewset/generator"
)

// A parsed record has the fingerprint of a record that is made from the same preview,
// whatever the formatting in Git and the form of the source's values.
func TestFingerprintOfParsedRecord(t *testing.T) {
	p, inputs := samplePreview(), map[string]string{"base": "x"}
	want := newRecord(p, false, inputs).fingerprint()
	read := func(text string) Fingerprint {
		t.Helper()
		r, err := parseRecord([]byte(text), "shop", "pr-42")
		if err != nil {
			t.Fatalf("got error %v for the record\n%s", err, text)
		}
		return r.fingerprint()
	}
	data, err := newRecord(p, false, inputs).encode()
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"as written":            string(data),
		"with other formatting": "# A comment\nset: shop\n" + strings.Replace(string(data), "\nset: shop\n", "\n", 1),
		"with empty maps":       string(data) + "parameters: {}\nflags: {}\n",
		"in another time zone":  strings.Replace(string(data), "createdAt: 2026-03-01T12:00:00Z", "createdAt: 2026-03-01T13:00:00.5+01:00", 1),
		"with an unknown key":   string(data) + "tomorrow: true\n",
		"with an empty variant": string(data) + "variant: \"\"\n",
	} {
		if name != "as written" && text == string(data) {
			t.Fatalf("%s: the case does not change the record", name)
		}
		if read(text) != want {
			t.Errorf("%s: the fingerprint differs", name)
		}
	}

	p.CreatedAt = p.CreatedAt.Add(time.Millisecond).In(time.FixedZone("", 3600))
	p.Parameters, p.Features = map[string]string{}, generator.Flags{}
	if newRecord(p, false, inputs).fingerprint() != want {
		t.Error("fractions of a second or empty maps change the fingerprint")
	}
}

func TestFingerprintCoversAllFields(t *testing.T) {
	guard := &generator.Guard{Removals: 1}
	seen := map[Fingerprint]string{newRecord(samplePreview(), false, nil).fingerprint(): "nothing"}
	for name, change := range map[string]func(*generator.Preview){
		"head":       func(p *generator.Preview) { p.HeadSHA = strings.Repeat("b", 40) },
		"labels":     func(p *generator.Preview) { p.Labels = nil },
		"updated":    func(p *generator.Preview) { p.UpdatedAt = p.UpdatedAt.Add(time.Second) },
		"expires":    func(p *generator.Preview) { p.ExpiresAt = time.Time{} },
		"name":       func(p *generator.Preview) { p.Host = "other.example" },
		"parameter":  func(p *generator.Preview) { p.Parameters = map[string]string{"a": ""} },
		"flag":       func(p *generator.Preview) { p.Features = generator.Flags{"a": ""} },
		"repository": func(p *generator.Preview) { p.Repository.Name = "web" },
		"objection":  func(p *generator.Preview) { p.Objection = &generator.Objection{Reason: generator.ReasonFork} },
		"guard": func(p *generator.Preview) {
			p.Objection = &generator.Objection{Reason: generator.ReasonFork, Guard: guard}
		},
	} {
		p := samplePreview()
		change(&p)
		fingerprint := newRecord(p, false, nil).fingerprint()
		if other, same := seen[fingerprint]; same {
			t.Errorf("%s and %s give the same fingerprint", name, other)
		}
		seen[fingerprint] = name
	}
	for name, r := range map[string]Record{
		"restored": newRecord(samplePreview(), true, nil),
		"inputs":   newRecord(samplePreview(), false, map[string]string{"base": "x"}),
	} {
		if other, same := seen[r.fingerprint()]; same {
			t.Errorf("%s and %s give the same fingerprint", name, other)
		}
	}
}
