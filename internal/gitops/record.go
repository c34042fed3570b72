package gitops

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strings"
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

// errDamaged means that a directory's record is one that previewset wrote, and
// somebody else has made unreadable.
var errDamaged = fmt.Errorf("%w: it was damaged", ErrRecord)

// recordHeader stands above each record.
const recordHeader = "# Written by previewset, which owns this directory. To change a preview, change\n" +
	"# the base, a component or previewset's configuration.\n"

// Record is what an entry remembers of its preview: enough to describe it when
// its forge can't, and to notice that what it was built on has changed.
type Record struct {
	APIVersion string `yaml:"apiVersion"`
	Kind       string `yaml:"kind"`
	Set        string `yaml:"set"`
	ID         string `yaml:"id"`
	// Variant is what the id ends in after a dash; "" where there is none.
	Variant    string           `yaml:"variant,omitempty"`
	Repository recordRepository `yaml:"repository"`
	Change     recordChange     `yaml:"change"`
	Names      recordNames      `yaml:"names"`
	// Parameters and Flags are those that the configuration gave.
	Parameters map[string]string `yaml:"parameters,omitempty"`
	Flags      map[string]string `yaml:"flags,omitempty"`
	ExpiresAt  *time.Time        `yaml:"expiresAt,omitempty"`
	// Objection is what speaks against the preview, for syncs to come.
	Objection *recordObjection `yaml:"objection,omitempty"`
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

type recordObjection struct {
	Reason string       `yaml:"reason"`
	Guard  *recordGuard `yaml:"guard,omitempty"`
}

type recordGuard struct {
	Removals int  `yaml:"removals"`
	Percent  int  `yaml:"percent"`
	AllowAll bool `yaml:"allowAll"`
}

func newObjection(o *generator.Objection) *recordObjection {
	if o == nil {
		return nil
	}
	return &recordObjection{Reason: string(o.Reason), Guard: (*recordGuard)(o.Guard)}
}

func (o *recordObjection) value() *generator.Objection {
	if o == nil {
		return nil
	}
	return &generator.Objection{Reason: generator.Reason(o.Reason), Guard: (*generator.Guard)(o.Guard)}
}

// newRecord returns the record of p on these inputs, in its normal form.
func newRecord(p generator.Preview, restored bool, inputs map[string]string) Record {
	c, r := p.Change, p.Repository
	return Record{
		APIVersion: recordAPIVersion, Kind: recordKind,
		Set: p.Set, ID: p.ID, Variant: p.Variant,
		Repository: recordRepository{r.ForgeHost, r.Organization, r.Name, r.CloneURL, r.DefaultBranch},
		Change: recordChange{
			Kind: string(c.Kind), Number: c.Number, Branch: c.Branch, TargetBranch: c.TargetBranch,
			Head: c.HeadSHA, Title: c.Title, Author: c.Author, Labels: c.Labels, Draft: c.Draft,
			Fork: c.Fork, URL: c.URL, CreatedAt: optional(c.CreatedAt), UpdatedAt: optional(c.UpdatedAt),
		},
		Names:      recordNames{p.Application, p.Namespace, p.Host, p.DBSchema},
		Parameters: p.Parameters,
		Flags:      p.Features,
		ExpiresAt:  optional(p.ExpiresAt),
		Objection:  newObjection(p.Objection),
		Restored:   restored,
		Inputs:     inputs,
	}.normal()
}

// Preview returns the preview as it was when the entry was written.
func (r Record) Preview() generator.Preview {
	c := r.Change
	return generator.Preview{
		Set: r.Set, Variant: r.Variant,
		Change: generator.Change{
			Kind: generator.Kind(c.Kind), Number: c.Number, Branch: c.Branch, TargetBranch: c.TargetBranch,
			HeadSHA: c.Head, Title: c.Title, Author: c.Author, Labels: c.Labels, Draft: c.Draft,
			Fork: c.Fork, URL: c.URL, CreatedAt: value(c.CreatedAt), UpdatedAt: value(c.UpdatedAt),
		},
		Repository: generator.Repository{
			ForgeHost: r.Repository.Host, Organization: r.Repository.Organization, Name: r.Repository.Name,
			CloneURL: r.Repository.URL, DefaultBranch: r.Repository.DefaultBranch,
		},
		Names: generator.Names{
			ID: r.ID, Application: r.Names.Application, Namespace: r.Names.Namespace,
			Host: r.Names.Host, DBSchema: r.Names.DBSchema,
		},
		Parameters: r.Parameters,
		Features:   r.Flags,
		ExpiresAt:  value(r.ExpiresAt),
		Objection:  r.Objection.value(),
	}
}

func (r Record) encode() ([]byte, error) {
	var out bytes.Buffer
	out.WriteString(recordHeader)
	enc := yaml.NewEncoder(&out)
	enc.SetIndent(2)
	if err := enc.Encode(r); err != nil {
		return nil, fmt.Errorf("record of %s: %w", r.ID, err)
	}
	if out.Len() > maxRecord {
		return nil, fmt.Errorf("record of %s: %d bytes, of title, labels and names; at most %d", r.ID, out.Len(), maxRecord)
	}
	return out.Bytes(), nil
}

// parseRecord checks that data is the record of the entry id of set: a record
// that was copied into another directory does not make that one ours. It returns
// the record in its normal form.
func parseRecord(data []byte, set, id string) (Record, error) {
	bad := ErrRecord
	if bytes.HasPrefix(data, []byte(recordHeader)) {
		bad = errDamaged
	}
	if len(data) > maxRecord {
		return Record{}, fmt.Errorf("%w: %d bytes", bad, len(data))
	}
	r, err := decodeRecord(data)
	if err != nil {
		return Record{}, fmt.Errorf("%w: %w", bad, err)
	}
	switch {
	case r.APIVersion != recordAPIVersion || r.Kind != recordKind:
		return Record{}, fmt.Errorf("%w: it is %s %s", bad, r.APIVersion, r.Kind)
	case r.Set != set || r.ID != id || !entryID.MatchString(id):
		return Record{}, fmt.Errorf("%w: it is the record of %s/%s", ErrRecord, r.Set, r.ID)
	case !r.isOfVariant():
		return Record{}, fmt.Errorf("%w: %s is no id of the variant %q", bad, id, r.Variant)
	case !generator.IsCommit(r.Change.Head):
		return Record{}, fmt.Errorf("%w: its head %q is no commit", bad, r.Change.Head)
	case r.Change.Kind == string(generator.PullRequest) && r.Change.Number > 0:
	case r.Change.Kind == string(generator.Branch) && r.Change.Branch != "":
	default:
		return Record{}, fmt.Errorf("%w: it names no pull request and no branch", bad)
	}
	return r.normal(), nil
}

// isOfVariant reports whether r's id is that of a change and then that of its
// variant.
func (r Record) isOfVariant() bool {
	if r.Variant == "" {
		return changeID.MatchString(r.ID)
	}
	change, ok := strings.CutSuffix(r.ID, "-"+r.Variant)
	return ok && changeID.MatchString(change)
}

// What an entry's directory, and that of a preview without a variant, are called.
var (
	entryID  = regexp.MustCompile(`^(pr-[0-9]+(-[a-z0-9-]+)?|br-[a-z0-9-]+)$`)
	changeID = regexp.MustCompile(`^(pr-[0-9]+|br-[a-z0-9-]+)$`)
)

// maxKeys bounds the keys of one map of a record. The decoder compares each with
// all others, and has an error for each that is there twice.
const maxKeys = 1000

func decodeRecord(data []byte) (Record, error) {
	var document yaml.Node
	if err := yaml.Unmarshal(data, &document); err != nil {
		return Record{}, err
	}
	if largest(&document) > 2*maxKeys {
		return Record{}, fmt.Errorf("a map has more than %d keys", maxKeys)
	}
	var r Record
	return r, document.Decode(&r)
}

// largest returns how many nodes the largest node below n has: a map's are its
// keys and its values.
func largest(n *yaml.Node) int {
	most := len(n.Content)
	for _, child := range n.Content {
		most = max(most, largest(child))
	}
	return most
}

// optional returns t in whole seconds of UTC, or nil where a record can't have it.
func optional(t time.Time) *time.Time {
	if y := t.UTC().Year(); t.IsZero() || y < 0 || y > 9999 { // RFC 3339 has no others
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
