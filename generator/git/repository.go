package git

import (
	"fmt"
	"net"
	"net/url"
	"path"
	"strings"

	"github.com/previewset/previewset/generator"
)

// RepositoryOf reads a repository's facts from its URL, which is one that
// gitrepo.Open takes. It makes no request. Of a local repository, the parent
// directory's name stands for the organization: its full name need not be
// unique, its clone URL is.
func RepositoryOf(raw string) (generator.Repository, error) {
	r := generator.Repository{CloneURL: raw}
	var full string
	switch {
	case strings.HasPrefix(raw, "/"):
		full = raw
	case strings.Contains(raw, "://"):
		u, err := url.Parse(raw)
		if err != nil {
			return r, fmt.Errorf("the repository URL does not parse")
		}
		full = u.Path
		if u.Scheme != "file" {
			r.ForgeHost = hostOf(u)
		}
	default: // user@host:path
		host, rest, _ := strings.Cut(raw, ":")
		r.ForgeHost = strings.ToLower(host[strings.LastIndex(host, "@")+1:])
		full = rest
	}
	full = strings.Trim(path.Clean("/"+full), "/")
	r.Organization, r.Name = path.Split(strings.TrimSuffix(full, ".git"))
	r.Organization = strings.Trim(r.Organization, "/")
	if r.ForgeHost == "" {
		r.Organization = path.Base("/" + r.Organization)
		r.Organization = strings.Trim(r.Organization, "/")
	}
	if r.Name == "" {
		return r, fmt.Errorf("the repository URL names no repository")
	}
	return r, nil
}

// hostOf returns the host in lower case, with the port where it is not the
// scheme's own.
func hostOf(u *url.URL) string {
	own := map[string]string{"https": "443", "http": "80", "ssh": "22"}
	host, port := strings.ToLower(u.Hostname()), u.Port()
	switch {
	case port != "" && port != own[u.Scheme]:
		return net.JoinHostPort(host, port)
	case strings.Contains(host, ":"):
		return "[" + host + "]"
	}
	return host
}
