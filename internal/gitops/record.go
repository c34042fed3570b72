package gitops

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/kustomize/object"
)

// RecordFile is the name of the record in an entry. previewset owns a directory that
// contains a valid record.
const RecordFile = "preview.yaml"

const (
	recordAPIVersion = "previewset.dev/v1alpha1"
	recordKind       = "Preview"
	// maxRecord bounds a record's size, in bytes.
	maxRecord = 256 << 10
	// MaxLabels bounds the labels in a record, which has the first ones. Earlier
	// releases can't read a record with more.
	MaxLabels = 2000
)

// ErrRecord means that a directory has no record that previewset wrote.
var ErrRecord = errors.New("not a valid record")

// errDamaged means that a directory's record has the header of records but is invalid,
// usually because somebody has changed it.
var errDamaged = fmt.Errorf("%w: it was damaged", ErrRecord)

// recordHeader is the comment at the start of each record.
const recordHeader = "# Written by previewset, which owns this directory. To change a preview, change\n" +
	"# the base, a component or previewset's configuration.\n"

// Record is the data of a preview in its entry. It is sufficient to describe the
// preview if the forge can't, and to detect that the inputs of its overlay have
// changed.
type Record struct {
	APIVersion string `yaml:"apiVersion"`
	Kind       string `yaml:"kind"`
	Set        string `yaml:"set"`
	ID         string `yaml:"id"`
	// Variant is the name of the variant, which the id ends in after a dash; "" if
	// there is none.
	Variant    string           `yaml:"variant,omitempty"`
	Repository recordRepository `yaml:"repository"`
	Change     recordChange     `yaml:"change"`
	Names      recordNames      `yaml:"names"`
	// Parameters and Flags are those of the configuration.
	Parameters map[string]string `yaml:"parameters,omitempty"`
	Flags      map[string]string `yaml:"flags,omitempty"`
	ExpiresAt  *time.Time        `yaml:"expiresAt,omitempty"`
	// Objection is the reason against the preview, for later syncs.
	Objection *recordObjection `yaml:"objection,omitempty"`
	// Restored is true after a revert of the commit that pruned the entry: the
	// entry stays while its change is open.
	Restored bool `yaml:"restored,omitempty"`
	// Inputs are the Git hashes of the files and directories that the overlay is
	// built on, by path.
	Inputs map[string]string `yaml:"inputs,omitempty"`
}

type recordRepository struct {
	ID            string `yaml:"id,omitempty"`
	Host          string `yaml:"host,omitempty"`
	Organization  string `yaml:"organization,omitempty"`
	Name          string `yaml:"name"`
	URL           string `yaml:"url"`
	DefaultBranch string `yaml:"defaultBranch,omitempty"`
	// NamedAfter is the name of the repository when the entry was new, nil if it is the
	// present one.
	NamedAfter *recordRepositoryName `yaml:"namedAfter,omitempty"`
	// NamedURLs are the URLs that names are made from, nil if they are the present ones.
	NamedURLs *recordURLs `yaml:"namedURLs,omitempty"`
}

type recordURLs struct {
	Clone  string `yaml:"clone,omitempty"`
	Change string `yaml:"change,omitempty"`
}

func newURLs(u generator.URLs) *recordURLs {
	if u == (generator.URLs{}) {
		return nil
	}
	return &recordURLs{u.Clone, u.Change}
}

func (u *recordURLs) urls() generator.URLs {
	if u == nil {
		return generator.URLs{}
	}
	return generator.URLs{Clone: u.Clone, Change: u.Change}
}

type recordRepositoryName struct {
	Host         string `yaml:"host,omitempty"`
	Organization string `yaml:"organization,omitempty"`
	Name         string `yaml:"name"`
}

func newRepositoryName(n generator.RepositoryName) *recordRepositoryName {
	if n == (generator.RepositoryName{}) {
		return nil
	}
	return &recordRepositoryName{n.ForgeHost, n.Organization, n.Name}
}

func (n *recordRepositoryName) name() generator.RepositoryName {
	if n == nil {
		return generator.RepositoryName{}
	}
	return generator.RepositoryName{ForgeHost: n.Host, Organization: n.Organization, Name: n.Name}
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
	// Hosts are the further hosts.
	Hosts []recordHost `yaml:"hosts,omitempty"`
}

type recordHost struct {
	Base string `yaml:"base"`
	Host string `yaml:"host"`
}

func newHosts(hosts []generator.Host) (recorded []recordHost) {
	for _, h := range hosts {
		recorded = append(recorded, recordHost{h.Base, h.Name})
	}
	return recorded
}

func (n recordNames) hosts() (hosts []generator.Host) {
	for _, h := range n.Hosts {
		hosts = append(hosts, generator.Host{Base: h.Base, Name: h.Host})
	}
	return hosts
}

type recordObjection struct {
	Reason string       `yaml:"reason"`
	Guard  *recordGuard `yaml:"guard,omitempty"`
	// Since is the time at which the guard first held the preview.
	Since *time.Time `yaml:"since,omitempty"`
}

type recordGuard struct {
	Removals int  `yaml:"removals"`
	Percent  int  `yaml:"percent"`
	AllowAll bool `yaml:"allowAll"`
	// AtLeast is nil for generator.AnyAtLeast.
	AtLeast *int `yaml:"atLeast,omitempty"`
}

func newObjection(o *generator.Objection) *recordObjection {
	if o == nil {
		return nil
	}
	return &recordObjection{Reason: string(o.Reason), Guard: newGuard(o.Guard), Since: timePointer(o.Since)}
}

func newGuard(g *generator.Guard) *recordGuard {
	if g == nil {
		return nil
	}
	recorded := &recordGuard{Removals: g.Removals, Percent: g.Percent, AllowAll: g.AllowAll}
	if g.AtLeast != generator.AnyAtLeast {
		recorded.AtLeast = &g.AtLeast
	}
	return recorded
}

func (o *recordObjection) objection() *generator.Objection {
	if o == nil {
		return nil
	}
	return &generator.Objection{Reason: generator.Reason(o.Reason), Guard: o.Guard.guard(), Since: timeValue(o.Since)}
}

func (g *recordGuard) guard() *generator.Guard {
	if g == nil {
		return nil
	}
	recorded := &generator.Guard{Removals: g.Removals, Percent: g.Percent, AllowAll: g.AllowAll, AtLeast: generator.AnyAtLeast}
	if g.AtLeast != nil {
		recorded.AtLeast = *g.AtLeast
	}
	return recorded
}

// newRecord returns the record of p with these inputs, in its canonical form.
func newRecord(p generator.Preview, restored bool, inputs map[string]string) Record {
	c, r := p.Change, p.Repository
	return Record{
		APIVersion: recordAPIVersion, Kind: recordKind,
		Set: p.Set, ID: p.ID, Variant: p.Variant,
		Repository: recordRepository{r.ID, r.ForgeHost, r.Organization, r.Name, r.CloneURL, r.DefaultBranch, newRepositoryName(p.NamedAfter), newURLs(p.NamedURLs)},
		Change: recordChange{
			Kind: string(c.Kind), Number: c.Number, Branch: c.Branch, TargetBranch: c.TargetBranch,
			Head: c.HeadSHA, Title: c.Title, Author: c.Author, Labels: c.Labels[:min(len(c.Labels), MaxLabels)], Draft: c.Draft,
			Fork: c.Fork, URL: c.URL, CreatedAt: timePointer(c.CreatedAt), UpdatedAt: timePointer(c.UpdatedAt),
		},
		Names:      recordNames{p.Application, p.Namespace, p.Host, p.DBSchema, newHosts(p.Hosts)},
		Parameters: p.Parameters,
		Flags:      p.Features,
		ExpiresAt:  timePointer(p.ExpiresAt),
		//promise:held-previews-are-recorded
		Objection: newObjection(p.Objection),
		Restored:  restored,
		Inputs:    inputs,
	}.normalized()
}

// Preview returns the preview as it was when the entry was written.
func (r Record) Preview() generator.Preview {
	c := r.Change
	return generator.Preview{
		Set: r.Set, Variant: r.Variant,
		Change: generator.Change{
			Kind: generator.Kind(c.Kind), Number: c.Number, Branch: c.Branch, TargetBranch: c.TargetBranch,
			HeadSHA: c.Head, Title: c.Title, Author: c.Author, Labels: c.Labels, Draft: c.Draft,
			Fork: c.Fork, URL: c.URL, CreatedAt: timeValue(c.CreatedAt), UpdatedAt: timeValue(c.UpdatedAt),
		},
		Repository: generator.Repository{
			ID: r.Repository.ID, ForgeHost: r.Repository.Host, Organization: r.Repository.Organization, Name: r.Repository.Name,
			CloneURL: r.Repository.URL, DefaultBranch: r.Repository.DefaultBranch,
		},
		NamedAfter: r.Repository.NamedAfter.name(),
		NamedURLs:  r.Repository.NamedURLs.urls(),
		Names: generator.Names{
			ID: r.ID, Application: r.Names.Application, Namespace: r.Names.Namespace,
			Host: r.Names.Host, DBSchema: r.Names.DBSchema,
		},
		Hosts:      r.Names.hosts(),
		Parameters: r.Parameters,
		Features:   r.Flags,
		ExpiresAt:  timeValue(r.ExpiresAt),
		Objection:  r.Objection.objection(),
	}
}

// contents returns the bytes of r for its file. It refuses a record that parseRecord
// would refuse, or read with other content.
func (r Record) contents() ([]byte, error) {
	if err := r.check(); err != nil {
		return nil, fmt.Errorf("record of %s: %w", r.ID, err)
	}
	data, err := r.encode()
	if err != nil {
		return nil, err
	}
	read, err := parseRecord(data, r.Set, r.ID)
	if err == nil && read.fingerprint() != r.normalized().fingerprint() {
		err = errors.New("its content would differ")
	}
	//promise:records-can-be-read-back
	if err != nil {
		return nil, fmt.Errorf("record of %s: previewset could not read it again: %w: remove tabs and line breaks from the title, labels and names of the change, and from the parameters of the set", r.ID, err)
	}
	return data, nil
}

func (r Record) encode() ([]byte, error) {
	out, err := object.MarshalWide(r)
	if err != nil {
		return nil, fmt.Errorf("record of %s: %w", r.ID, err)
	}
	out = append([]byte(recordHeader), out...)
	if len(out) > maxRecord {
		return nil, fmt.Errorf("record of %s: %d bytes exceed the limit of %d: shorten the title, labels and names of the change, or the parameters of the set", r.ID, len(out), maxRecord)
	}
	return out, nil
}

// parseRecord checks that data is the record of the entry id of set, and returns it
// in its canonical form. A copy of a record in another directory is refused: that
// directory does not belong to previewset.
func parseRecord(data []byte, set, id string) (Record, error) {
	kind := ErrRecord
	if bytes.HasPrefix(data, []byte(recordHeader)) {
		kind = errDamaged
	}
	if len(data) > maxRecord {
		return Record{}, fmt.Errorf("%w: %d bytes exceed the limit of %d", kind, len(data), maxRecord)
	}
	r, err := decodeRecord(data)
	if err != nil {
		return Record{}, fmt.Errorf("%w: %w", kind, err)
	}
	if r.hasType() && (r.Set != set || r.ID != id || !entryID.MatchString(id)) {
		return Record{}, fmt.Errorf("%w: it is the record of %s/%s", ErrRecord, r.Set, r.ID)
	}
	if err := r.check(); err != nil {
		return Record{}, fmt.Errorf("%w: %w", kind, err)
	}
	return r.normalized(), nil
}

func (r Record) hasType() bool { return r.APIVersion == recordAPIVersion && r.Kind == recordKind }

// check returns an error if r does not describe a preview.
func (r Record) check() error {
	switch {
	case !r.hasType():
		return fmt.Errorf("got %q %q, want %s %s", r.APIVersion, r.Kind, recordAPIVersion, recordKind)
	case !r.isOfVariant():
		return fmt.Errorf("the id %s is not of the variant %q", r.ID, r.Variant)
	case !generator.IsCommit(r.Change.Head):
		return fmt.Errorf("the head %q is not a commit hash", r.Change.Head)
	case r.Change.Kind == string(generator.PullRequest) && r.Change.Number > 0:
		return nil
	case r.Change.Kind == string(generator.Branch) && r.Change.Branch != "":
		return nil
	}
	return errors.New("it names neither a pull request nor a branch")
}

// isOfVariant reports whether the id of r consists of the id of a change and the
// name of the variant.
func (r Record) isOfVariant() bool {
	if r.Variant == "" {
		return changeID.MatchString(r.ID)
	}
	change, ok := strings.CutSuffix(r.ID, "-"+r.Variant)
	return ok && changeID.MatchString(change)
}

// entryID matches the id of an entry, changeID the id of an entry without a variant.
var (
	entryID  = regexp.MustCompile(`^(pr-[0-9]+(-[a-z0-9-]+)?|br-[a-z0-9-]+)$`)
	changeID = regexp.MustCompile(`^(pr-[0-9]+|br-[a-z0-9-]+)$`)
)

// timePointer returns t in UTC and whole seconds. It returns nil for the zero time and
// for times that RFC 3339 can't represent.
func timePointer(t time.Time) *time.Time {
	if y := t.UTC().Year(); t.IsZero() || y < 0 || y > 9999 {
		return nil
	}
	t = t.UTC().Truncate(time.Second)
	return &t
}

func timeValue(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}
