package gitops

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/kustomize/object"
	"github.com/previewset/previewset/test/fuzzing"
)

// texts are texts that YAML, JSON or Git treat specially.
var texts = []string{
	"", " ", "\n", "\t", "\ta", "\r\n", "\r\ta\n", " a\nb ", "\n\n a", "a\n...\n", "---", "--- #", "- a", "? a", "a: b", "#a", "a #b",
	"'", `"`, `\`, "{{.id}}", "[a", "{a", "&a", "*a", "!a", "%a", "@a", "`", "<<", "=", "|", ">", "~", "null", "yes", "0x1", "1_000", ".inf", "2026-01-01",
	"\u0085", "a\u0085\nb", "\u2028", "\ufeff", "\ufeffa\n", "\a", "\x00", "\x1b[31m", "\x7f", "\u009f", "\xff", "\xc3(", "\xed\xa0\x80", "\ufffe", "\U0010ffff",
	"\u202ea\u2066b", "\u200b", "\n\u200b", "\u3164", "a\ufe0fb\U000e0041", "\u00ad #", "feature/\"quoted\"", "Ümlaut/日本語", strings.Repeat("long ", 60), strings.Repeat("é", 200) + "\n",
}

func readBack(r Record) (Record, []byte, error) {
	data, err := r.contents()
	if err != nil {
		return Record{}, nil, err
	}
	read, err := parseRecord(data, r.Set, r.ID)
	return read, data, err
}

// Each text is read as it was written, wherever a record has a text.
func TestRecordKeepsEachText(t *testing.T) {
	t.Parallel()
	for _, text := range texts {
		p := fullPreview()
		p.Title, p.Author, p.Labels, p.URL = text, text, []string{text, "b", text}, text
		p.Branch, p.TargetBranch, p.Repository.CloneURL = text, text, text
		p.Parameters = map[string]string{"a": text, text + "k": text}
		inputs := map[string]string{"x": "y", "base/" + text: "z"}
		read, data, err := readBack(newRecord(p, false, inputs))
		if bytes.ContainsFunc(data, func(r rune) bool { return r != '\n' && object.Invisible(r) }) {
			t.Errorf("%q: the record has invisible characters: %q", text, data)
		}
		if err != nil || !reflect.DeepEqual(read.Preview(), p) || !reflect.DeepEqual(read.Inputs, inputs) {
			t.Errorf("%q: got error %v and %+v for\n%s", text, err, read, data)
		}
	}
}

// A record holds as many labels, parameters and inputs as its size allows.
func TestRecordHoldsLongListsAndMaps(t *testing.T) {
	t.Parallel()
	many := map[string]string{}
	for i := range 5000 {
		many[fmt.Sprintf("base/file-%d.yaml", i)] = "b"
	}
	for name, edit := range map[string]func(*Record){
		"2100 labels":     func(r *Record) { r.Change.Labels = strings.Split(strings.Repeat("label ", 2100), " ")[:2100] },
		"20000 labels":    func(r *Record) { r.Change.Labels = strings.Split(strings.Repeat("a ", 20000), " ")[:20000] },
		"5000 parameters": func(r *Record) { r.Parameters = many },
		"5000 flags":      func(r *Record) { r.Flags = many },
		"5000 inputs":     func(r *Record) { r.Inputs = many },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := newRecord(fullPreview(), false, nil)
			edit(&want)
			if read, _, err := readBack(want); err != nil || !reflect.DeepEqual(read, want) {
				t.Errorf("got error %v and another record", err)
			}
		})
	}
}

// A record has the first labels of a change with too many. The others do not matter to the
// comparison of records.
func TestRecordHasFirstLabels(t *testing.T) {
	t.Parallel()
	p := samplePreview()
	for i := range MaxLabels {
		p.Labels = append(p.Labels[:i:i], fmt.Sprintf("label %d", i))
	}
	want := newRecord(p, false, nil)
	if read, _, err := readBack(want); err != nil || !reflect.DeepEqual(read.Change.Labels, p.Labels) {
		t.Errorf("at the bound: got error %v and %d labels, want all %d", err, len(read.Change.Labels), MaxLabels)
	}
	p.Labels = append(p.Labels, "one more")
	if got := newRecord(p, false, nil); got.fingerprint() != want.fingerprint() {
		t.Errorf("one label more: got %d labels, want %d", len(got.Change.Labels), MaxLabels)
	}
}

// A record that could not be read is refused before it is written, with the reason.
func TestUnreadableRecordIsNotWritten(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		edit func(*generator.Preview)
		want string
	}{
		"tab":     {func(p *generator.Preview) { p.Title = "\ta\n" }, "remove tabs and line breaks from the title"},
		"title":   {func(p *generator.Preview) { p.Title = strings.Repeat("a", maxRecord) }, "shorten the title"},
		"labels":  {func(p *generator.Preview) { p.Labels = []string{strings.Repeat("a", maxRecord)} }, "shorten the title, labels and names"},
		"head":    {func(p *generator.Preview) { p.HeadSHA = "main" }, "not a commit hash"},
		"number":  {func(p *generator.Preview) { p.Number = 0 }, "neither a pull request nor a branch"},
		"id":      {func(p *generator.Preview) { p.ID = "other" }, `the id other is not of the variant "on"`},
		"variant": {func(p *generator.Preview) { p.Variant = "off" }, `variant "off"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := fullPreview()
			test.edit(&p)
			if _, err := newRecord(p, false, nil).contents(); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want an error with %q", err, test.want)
			}
		})
	}
}

// A map of texts with a key twice is refused, because only one of the values would count.
func TestRecordWithDuplicateKeyIsDamaged(t *testing.T) {
	t.Parallel()
	p := fullPreview()
	p.Parameters = map[string]string{"a": "1", "b": "2"}
	data, err := newRecord(p, false, nil).contents()
	if err != nil {
		t.Fatal(err)
	}
	twice := strings.Replace(string(data), "  b: ", "  a: ", 1)
	if _, err := parseRecord([]byte(twice), p.Set, p.ID); !errors.Is(err, errDamaged) {
		t.Errorf("got %v, want %v", err, errDamaged)
	}
}

// Everything that is written is read with equal content.
func FuzzRecordIsReadBack(f *testing.F) {
	for i, text := range texts {
		f.Add(text, uint16(i), int64(i)*1e9)
	}
	judged := fuzzing.Judged(f, int64(len(texts)/2))
	f.Fuzz(func(t *testing.T, text string, seed uint16, seconds int64) {
		random := rand.New(rand.NewPCG(uint64(seed), 0))
		pick := func() string {
			if i := random.IntN(len(texts) + 5); i < len(texts) {
				return texts[i] + text
			}
			return text
		}
		p := fullPreview()
		p.Title, p.Author, p.Branch, p.TargetBranch, p.URL = pick(), pick(), pick(), pick(), pick()
		p.Labels, p.Parameters = []string{pick(), pick()}, map[string]string{pick(): pick(), "k": pick()}
		p.UpdatedAt = time.Unix(seconds, 0)
		want := newRecord(p, random.IntN(2) == 0, map[string]string{pick(): pick()})
		data, err := want.contents()
		if err != nil {
			return
		}
		judged()
		if read, err := parseRecord(data, p.Set, p.ID); err != nil || !reflect.DeepEqual(read, want) {
			t.Errorf("got error %v and %+v, want %+v", err, read, want)
		}
	})
}
