package generator

import (
	"net"
	"net/url"
	"path"
	"slices"
	"strings"
)

// GitOpsBranch is the branch that previews are written to.
type GitOpsBranch struct {
	// Repository is the GitOps repository, as far as its URL names it.
	Repository Repository
	Name       string
	// IsSource is true if the configuration names the repository as the source of the set.
	// The forge may have renamed it since.
	IsSource bool
}

// In returns the name of the branch if it is a branch of r, the source of the set, and ""
// otherwise or for a nil branch.
func (b *GitOpsBranch) In(r Repository) string {
	if b != nil && (b.IsSource || b.Repository.IsAt(r)) {
		return b.Name
	}
	return ""
}

// IsAt reports whether r and other are at the same place of the same server. It ignores
// schemes, ports and case, because the URLs of SSH and of HTTP differ.
func (r Repository) IsAt(other Repository) bool {
	if r.ForgeHost == "" || other.ForgeHost == "" {
		return r.ForgeHost == other.ForgeHost && directory(r.CloneURL) == directory(other.CloneURL)
	}
	return shareElement(serverNames(r), serverNames(other)) && shareElement(fullNames(r), fullNames(other))
}

func shareElement(a, b []string) bool {
	return slices.ContainsFunc(a, func(s string) bool { return slices.Contains(b, s) })
}

// directory returns the path of a local repository without the suffixes that Git adds.
func directory(cloneURL string) string {
	if u, err := url.Parse(cloneURL); err == nil && u.Scheme == "file" {
		cloneURL = u.Path
	}
	return path.Clean(strings.TrimSuffix(path.Clean(cloneURL), ".git"))
}

// serverNames returns the hosts of r without ports, and without the prefixes of hosts that
// serve SSH on the port of HTTPS.
func serverNames(r Repository) (names []string) {
	for _, host := range r.Hosts() {
		if name, _, err := net.SplitHostPort(host); err == nil {
			host = name
		}
		names = append(names, strings.TrimPrefix(strings.TrimPrefix(strings.Trim(host, "[]"), "ssh."), "altssh."))
	}
	return names
}

// fullNames returns the full name of r, and the path of its clone URL, in lower case. They
// differ if the server is below a path.
func fullNames(r Repository) []string {
	names := []string{strings.ToLower(r.FullName())}
	if u, err := url.Parse(r.CloneURL); err == nil && u.Host != "" {
		names = append(names, strings.ToLower(strings.TrimSuffix(strings.Trim(u.Path, "/"), ".git")))
	}
	return names
}
