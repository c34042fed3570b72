package gitops

import (
	"bytes"
	"errors"
	"fmt"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/previewset/previewset/generator"
)

// RecordFile is the name of the record in an entry. A directory that carries
// it is owned by previewset.
const RecordFile = "preview.yaml"

const (
	recordAPIVersion = "previewset.dev/v1alpha1"
	recordKind       = "Preview"
	// maxRecord bounds a record's size, in bytes.
	maxRecord = 256 << 10
)

// ErrRecord means that a directory's record is not one that previewset wrote.
var ErrRecord = errors.New("not a valid record")

// Record is what an entry remembers of its preview: enough to tell of it when
// its forge can't, and to notice that what it was built on has changed.
type Record struct {
	APIVersion string           `yaml:"apiVersion"`
	Kind       string           `yaml:"kind"`
	Set        string           `yaml:"set"`
	ID         string           `yaml:"id"`
	Repository recordRepository `yaml:"repository"`
	Change     recordChange     `yaml:"change"`
	Names      recordNames      `yaml:"names"`
	ExpiresAt  *time.Time       `yaml:"expiresAt,omitempty"`
	// Restored is true after a commit that pruned the entry was reverted: it
	// stays for as long as its change is open.
	Restored bool `yaml:"restored,omitempty"`
	// Inputs are the Git hashes of what the overlay is built on, by path.
	Inputs map[string]string `yaml:"inputs,omitempty"`
}

type recordRepository struct {
	Host          string `yaml:"host,omitempty"`
	Organization  string `yaml:"organization,omitempty"`
	Name          string `yaml:"name"`
	URL           string `yaml:"url"`
	DefaultBranch string `yaml:"defaultBranch,omitempty"`
}

type recordChange struct {
	Kind         string     `yaml:"kind"`
	Number       int64      `yaml:"number,omitempty"`
	Branch       string     `yaml:"branch"`
	TargetBranch string     `yaml:"targetBranch"`
	Head         string     `yaml:"head"`
	Title        string     `yaml:"title,omitempty"`
	Author       string     `yaml:"author,omitempty"`
	Labels       []string   `yaml:"labels,omitempty"`
	Draft        bool       `yaml:"draft,omitempty"`
	Fork         bool       `yaml:"fork,omitempty"`
	URL          string     `yaml:"url,omitempty"`
	CreatedAt    *time.Time `yaml:"createdAt,omitempty"`
	UpdatedAt    *time.Time `yaml:"updatedAt,omitempty"`
}

type recordNames struct {
	Application string `yaml:"application"`
	Namespace   string `yaml:"namespace"`
	Host        string `yaml:"host"`
	DBSchema    string `yaml:"dbSchema"`
}

func newRecord(p generator.Preview, restored bool, inputs map[string]string) Record {
	c, r := p.Change, p.Repository
	return Record{
		APIVersion: recordAPIVersion, Kind: recordKind,
		Set: p.Set, ID: p.ID,
		Repository: recordRepository{r.Host, r.Organization, r.Name, r.CloneURL, r.DefaultBranch},
		Change: recordChange{
			Kind: string(c.Kind), Number: c.Number, Branch: c.Branch, TargetBranch: c.TargetBranch,
			Head: c.HeadSHA, Title: c.Title, Author: c.Author, Labels: c.Labels, Draft: c.Draft,
			Fork: c.Fork, URL: c.URL, CreatedAt: optional(c.CreatedAt), UpdatedAt: optional(c.UpdatedAt),
		},
		Names:     recordNames{p.Application, p.Namespace, p.Host, p.DBSchema},
		ExpiresAt: optional(p.ExpiresAt),
		Restored:  restored,
		Inputs:    inputs,
	}
}

// Preview returns the preview as it was when the entry was written.
func (r Record) Preview() generator.Preview {
	c := r.Change
	return generator.Preview{
		Set: r.Set,
		Change: generator.Change{
			Kind: generator.Kind(c.Kind), Number: c.Number, Branch: c.Branch, TargetBranch: c.TargetBranch,
			HeadSHA: c.Head, Title: c.Title, Author: c.Author, Labels: c.Labels, Draft: c.Draft,
			Fork: c.Fork, URL: c.URL, CreatedAt: value(c.CreatedAt), UpdatedAt: value(c.UpdatedAt),
		},
		Repository: generator.Repository{
			Host: r.Repository.Host, Organization: r.Repository.Organization, Name: r.Repository.Name,
			CloneURL: r.Repository.URL, DefaultBranch: r.Repository.DefaultBranch,
		},
		Names: generator.Names{
			ID: r.ID, Application: r.Names.Application, Namespace: r.Names.Namespace,
			Host: r.Names.Host, DBSchema: r.Names.DBSchema,
		},
		ExpiresAt: value(r.ExpiresAt),
	}
}

func (r Record) encode() ([]byte, error) {
	var out bytes.Buffer
	out.WriteString("# Written by previewset, which owns this directory. To change a preview, change\n" +
		"# the base, a component or previewset's configuration.\n")
	enc := yaml.NewEncoder(&out)
	enc.SetIndent(2)
	if err := enc.Encode(r); err != nil {
		return nil, fmt.Errorf("record of %s: %w", r.ID, err)
	}
	return out.Bytes(), nil
}

// parseRecord checks that data is the record of the entry id of set: a record
// that was copied into another directory does not make that one ours.
func parseRecord(data []byte, set, id string) (Record, error) {
	if len(data) > maxRecord {
		return Record{}, fmt.Errorf("%w: %d bytes", ErrRecord, len(data))
	}
	var r Record
	dec := yaml.NewDecoder(bytes.NewReader(data))
	if err := dec.Decode(&r); err != nil {
		return Record{}, fmt.Errorf("%w: %w", ErrRecord, err)
	}
	switch {
	case r.APIVersion != recordAPIVersion || r.Kind != recordKind:
		return Record{}, fmt.Errorf("%w: it is %s %s", ErrRecord, r.APIVersion, r.Kind)
	case r.Set != set || r.ID != id:
		return Record{}, fmt.Errorf("%w: it is the record of %s/%s", ErrRecord, r.Set, r.ID)
	case r.Change.Kind == string(generator.PullRequest) && r.Change.Number > 0:
	case r.Change.Kind == string(generator.Branch) && r.Change.Branch != "":
	default:
		return Record{}, fmt.Errorf("%w: it names no pull request and no branch", ErrRecord)
	}
	return r, nil
}

func optional(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC().Truncate(time.Second)
	return &t
}

func value(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}
