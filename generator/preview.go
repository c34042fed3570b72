package generator

import (
	"cmp"
	"slices"
	"time"
)

// Preview is a selected change with the names of its preview environment.
type Preview struct {
	Change
	// Set is the name of the set that selected the change.
	Set        string
	Repository Repository
	// NamedAfter is the name that the repository had when the preview was new, zero
	// if it is the present one. Hashes in names are made from it.
	NamedAfter RepositoryName
	// NamedURLs are the URLs that names are made from instead of the present ones, which
	// differ from them after the repository was renamed.
	NamedURLs URLs
	// Variant is the name of the preview's variant; "" if the set has no variants.
	Variant string
	Names
	// Hosts are the hosts of the preview beside Names.Host, in the order of the hosts of
	// its base. It is empty for a preview without an overlay, and for a preview whose base
	// has at most one host.
	Hosts []Host
	// Link is the URL at which people open the preview; "" means https:// and Names.Host.
	Link string
	// Parameters are the additional parameters from the configuration. They cannot
	// replace those in ParameterNames.
	Parameters map[string]string
	// Features are the preview's feature flags.
	Features Flags
	// ExpiresAt is the time at which the preview's lifetime ends unless its change is
	// updated. It is zero if the set has no lifetime or a keep label suspends it.
	ExpiresAt time.Time
	// Held is the reason why the preview stays although the selection no longer keeps
	// it, or why it keeps names that it would not get now. It is zero for any other
	// preview. Held.Reason is the reason to remove the preview or, without one, the
	// reason why it stays.
	Held Verdict
	// Objection is the reason to remove the preview that the guard or the pruner
	// delays; nil for none.
	Objection *Objection
}

// Names are the names of a preview and of its parts. No two previews share any of
// them.
type Names struct {
	// ID is "pr-<number>" or "br-<slug>", followed by "-<variant>" if there is a
	// variant. It is also the directory name of the entry.
	ID string
	// Application is the name of the Argo CD Application, at most 53 bytes.
	Application string
	// Namespace is an RFC 1123 label, at most 63 bytes.
	Namespace string
	// Host is a DNS name, at most 253 bytes.
	Host string
	// DBSchema matches [a-z_][a-z0-9_]*, at most 63 bytes.
	DBSchema string
}

// Host is a host of a preview that replaces a host of its base.
type Host struct {
	// Base is the host in the base, and Name is the host of the preview. Both are DNS
	// names of at most 253 bytes, in lower case. Base can begin with "*.": then Name
	// does, too.
	Base, Name string
}

// URLs are the URLs of a preview that templates of names can use. It is comparable. ""
// means the present URL.
type URLs struct {
	// Clone and Change are as in Repository.CloneURL and Change.URL.
	Clone, Change string
}

// OriginalURLs returns the URLs that names of p are made from.
func (p Preview) OriginalURLs() URLs {
	return URLs{Clone: cmp.Or(p.NamedURLs.Clone, p.Repository.CloneURL), Change: cmp.Or(p.NamedURLs.Change, p.URL)}
}

// OriginalRepository returns the name that the repository had when p was new. It never
// changes for a preview.
func (p Preview) OriginalRepository() RepositoryName {
	return cmp.Or(p.NamedAfter, p.Repository.RepositoryName())
}

// Source returns the name of the repository in marks on databases and in the
// preview's ConfigMap, such as "github.com/acme/shop". It never changes for a preview.
func (p Preview) Source() string { return p.OriginalRepository().Source() }

// IsHeld reports whether p stays although a rule would remove it or its change is not
// listed. A preview that only keeps its names is not held.
func (p Preview) IsHeld() bool { return p.Held.Reason != "" && p.Held.Reason != ReasonName }

// Flags returns p's feature flags as text; see Flags.String.
func (p Preview) Flags() string { return p.Features.String() }

// PreviewURL returns the URL at which people open p.
func (p Preview) PreviewURL() string { return cmp.Or(p.Link, "https://"+p.Host) }

// AllHosts returns the hosts of p, with Names.Host first.
func (p Preview) AllHosts() []string {
	all := []string{p.Host}
	for _, h := range p.Hosts {
		all = append(all, h.Name)
	}
	return all
}

// SortPreviews sorts branches first, by ID, and then pull requests by number and ID,
// so that the variants of a change are adjacent. The sort is stable.
func SortPreviews(previews []Preview) {
	slices.SortStableFunc(previews, func(a, b Preview) int {
		return cmp.Or(
			cmp.Compare(a.Kind, b.Kind),
			cmp.Compare(a.Number, b.Number),
			cmp.Compare(a.ID, b.ID),
		)
	})
}
