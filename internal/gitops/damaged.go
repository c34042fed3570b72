package gitops

import (
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/previewset/previewset/generator"
)

// Damaged is an entry whose record can't be read, although it has the header of records.
type Damaged struct {
	// Err is the reason.
	Err error
	// Preview has the facts of the record that can still be read; nil if the record
	// does not prove that the directory is the entry of its id. Such an entry is
	// never deleted.
	Preview *generator.Preview
	// Fingerprint is the fingerprint of the text of the record.
	Fingerprint Fingerprint
}

// damagedPreview returns the Preview of the damaged record of an entry.
func damagedPreview(data []byte, set, id string) *generator.Preview {
	r := readLines(data)
	//promise:damaged-entries-are-owned
	if r.Set != set || r.ID != id {
		return nil
	}
	p := r.Preview()
	setChange(&p)
	return &p
}

var pullRequestID = regexp.MustCompile(`^pr-([0-9]+)(?:-(.+))?$`)

// setChange sets the kind and the number of p from its id, and the branch of an id that
// has it unchanged, if p has none.
func setChange(p *generator.Preview) {
	if found := pullRequestID.FindStringSubmatch(p.ID); found != nil {
		p.Kind, p.Variant = generator.PullRequest, found[2]
		p.Number, _ = strconv.ParseInt(found[1], 10, 64) // of a number out of range, the id is another one
		return
	}
	p.Kind = generator.Branch
	if p.Branch == "" {
		p.Branch = strings.TrimSuffix(strings.TrimPrefix(p.ID, "br-"), "-"+p.Variant)
	}
}

// head returns the recorded head, or a hash of zeros if it can't be read.
func (d Damaged) head() string {
	if generator.IsCommit(d.Preview.HeadSHA) {
		return d.Preview.HeadSHA
	}
	return strings.Repeat("0", 40)
}

// readLines returns a record with the values that single lines of an invalid record have,
// as encode writes them. If a key has several lines, the first valid line counts.
func readLines(data []byte) (r Record) {
	section, seen := "", map[string]bool{}
	for line := range strings.Lines(string(data[:min(len(data), maxRecord)])) {
		key, value, isPair := strings.Cut(strings.TrimSuffix(line, "\n"), ":")
		nested, isNested := strings.CutPrefix(key, "  ")
		switch {
		case !isPair, strings.HasPrefix(nested, " "), isNested && section != "repository" && section != "change":
			continue
		case isNested:
			key, line = section+"."+nested, section+":\n"+line
		case value == "":
			section = key
			continue
		}
		if !seen[key] && yaml.Unmarshal([]byte(line), &r) == nil {
			seen[key] = true
		}
	}
	return r
}
