package generator

import (
	"net"
	"net/url"
	"path"
	"slices"
	"strings"
)

// Repository is the repository that changes belong to.
type Repository struct {
	// ID is the forge's ID of the repository, which does not change when the repository
	// is renamed. It is unique on one forge. "" means that the source has no IDs (plain
	// Git), or that an older version recorded the repository.
	ID string
	// ForgeHost is the forge's host name in lower case, with the port unless it is
	// the scheme's default; "" for a local directory.
	ForgeHost string
	// Organization is the owner: a user, an organization or a path of groups.
	Organization string
	Name         string
	// CloneURL is the URL that Git clones from. It never holds credentials.
	CloneURL string
	// PageURL is the web page of the repository, or "". Entries do not record it.
	PageURL string
	// DefaultBranch is the branch that HEAD points to.
	DefaultBranch string
}

// RepositoryName is the name of a repository at some time. It is comparable.
type RepositoryName struct {
	// ForgeHost, Organization and Name are as in Repository.
	ForgeHost, Organization, Name string
}

// RepositoryName returns the present name of r.
func (r Repository) RepositoryName() RepositoryName {
	return RepositoryName{r.ForgeHost, r.Organization, r.Name}
}

// Source names the repository among the repositories of all forges, for example
// "github.com/acme/shop".
func (n RepositoryName) Source() string {
	return strings.TrimPrefix(n.ForgeHost+"/"+n.FullName(), "/")
}

// FullName returns "organization/name", or only the name if the organization is "".
func (n RepositoryName) FullName() string {
	if n.Organization == "" {
		return n.Name
	}
	return n.Organization + "/" + n.Name
}

// Source returns RepositoryName.Source of the present name.
func (r Repository) Source() string { return r.RepositoryName().Source() }

// FullName returns RepositoryName.FullName of the present name.
func (r Repository) FullName() string { return r.RepositoryName().FullName() }

// Hosts returns the hosts that the forge is known by: those of its API, its web pages
// and its clone URLs, without duplicates.
func (r Repository) Hosts() []string {
	hosts := []string{}
	for _, host := range []string{r.ForgeHost, hostOf(r.PageURL), hostOf(r.CloneURL)} {
		if host != "" && !slices.Contains(hosts, host) {
			hosts = append(hosts, host)
		}
	}
	return hosts
}

// hostOf returns the host of an http or https URL, or "".
func hostOf(raw string) string {
	u, err := url.Parse(raw)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" {
		return ""
	}
	return HostOf(u)
}

// HostOf returns the host of a URL in lower case, with the port unless it is the default
// of https, http or ssh.
func HostOf(u *url.URL) string {
	defaults := map[string]string{"https": "443", "http": "80", "ssh": "22"}
	host, port := strings.ToLower(u.Hostname()), u.Port()
	switch {
	case port != "" && port != defaults[u.Scheme]:
		return net.JoinHostPort(host, port)
	case strings.Contains(host, ":"):
		return "[" + host + "]"
	}
	return host
}

// Identity identifies r among the repositories of all forges. It is unique: a host is
// followed by "#" and an ID or by "/" and a name, and a local directory has no host.
func (r Repository) Identity() string {
	switch {
	case r.ID != "":
		return r.ForgeHost + "#" + r.ID
	case r.ForgeHost == "":
		if dir := strings.TrimPrefix(r.CloneURL, "file://"); strings.HasPrefix(dir, "/") {
			return path.Clean(dir)
		}
	}
	return r.ForgeHost + "/" + r.FullName() // a host never contains a slash
}

// Relation is the relation of a recorded repository to a listed one.
type Relation int

// The relations.
const (
	// Different means that the repositories differ in their IDs and in their names, or
	// in their names if one of them has no ID.
	Different Relation = iota
	// Same means that both are one repository, whatever its name is now.
	Same
	// Replaced means that the listed repository has the name of the recorded one and
	// another ID.
	Replaced
	// Unproven means that only evidence about a change can show whether both are one
	// repository: the recorded one has the name of the listed one and no ID, or it has
	// the ID of the listed one and no host in common with it. IDs are unique on one
	// forge only.
	Unproven
)

// RelationOf returns the relation of a recorded repository to r, which is listed now.
func (r Repository) RelationOf(recorded Repository) Relation {
	if r.Identity() == recorded.Identity() {
		return Same
	}
	if r.ID == "" && recorded.ID == "" {
		return Different // plain Git: the URL is the identity
	}
	sameHost := r.sharesHost(recorded)
	sameName := sameHost && strings.EqualFold(r.FullName(), recorded.FullName()) // forges ignore case
	switch {
	case r.ID == recorded.ID && sameHost, r.ID == "" && sameName:
		return Same
	case r.ID == recorded.ID, recorded.ID == "" && sameName:
		return Unproven
	case sameName:
		return Replaced
	}
	return Different
}

// CanBeRenamed reports whether recorded, which has no ID and another name, can be r under a
// former name. Only evidence about a change can show it.
func (r Repository) CanBeRenamed(recorded Repository) bool {
	return r.ID != "" && recorded.ID == "" && r.RelationOf(recorded) == Different && r.sharesHost(recorded)
}

func (r Repository) sharesHost(other Repository) bool {
	hosts := other.Hosts()
	return slices.ContainsFunc(r.Hosts(), func(host string) bool { return slices.Contains(hosts, host) })
}
