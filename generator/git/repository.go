package git

import (
	"errors"
	"net/url"
	"path"
	"strings"

	"github.com/previewset/previewset/generator"
)

// RepositoryOf derives a repository's facts from a URL that gitrepo.Open accepts. It
// makes no request. The organization of a local repository is the name of its parent
// directory, so the full name of a local repository is not always unique. Its clone URL
// is.
func RepositoryOf(raw string) (generator.Repository, error) {
	r := generator.Repository{CloneURL: raw}
	var full string
	switch {
	case strings.HasPrefix(raw, "/"):
		full = raw
	case strings.Contains(raw, "://"):
		u, err := url.Parse(raw)
		if err != nil {
			return r, errors.New("the repository URL is not valid")
		}
		full = u.Path
		if u.Scheme != "file" {
			r.ForgeHost = generator.HostOf(u)
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
		return r, errors.New("the repository URL has no repository name: add the path of the repository")
	}
	return r, nil
}
