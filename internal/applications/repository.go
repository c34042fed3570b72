package applications

import (
	"net/url"
	"path"
	"regexp"
	"strings"
)

// sshURL matches a URL that Argo CD takes for one of SSH. (argo-cd, sshURLRegex in util/git.)
var sshURL = regexp.MustCompile(`^(ssh://)?[^/:]*?@[^@]+$`)

// normalized returns the form of a repository's URL that Argo CD compares, or "" for a URL
// that is not valid. (argo-cd, NormalizeGitURL in util/git, the same in 2.14 and 3.5.)
func normalized(repository string) string {
	repository = strings.ToLower(strings.TrimSpace(repository))
	if sshURL.MatchString(repository) && !strings.HasPrefix(repository, "ssh://") {
		// The first colon of git@host:path is not that of a port.
		repository = "ssh://" + strings.Replace(repository, ":", "/", 1)
	}
	parsed, err := url.Parse(strings.TrimSuffix(repository, ".git"))
	if err != nil {
		return ""
	}
	return strings.TrimPrefix(parsed.String(), "ssh://")
}

// place is where the entries are.
type place struct {
	repository string // normalized
	path       string // without a slash at the end; "" for the root
}

func newPlace(repository, dir string) place {
	return place{normalized(repository), clean(dir)}
}

// clean returns dir without "." and slashes at its ends, as in Placement.Path.
func clean(dir string) string {
	return strings.TrimPrefix(path.Clean("/"+dir), "/")
}

// entry returns the set and the path of the entry that a source deploys, and false if it
// deploys none.
func (p place) entry(s source) (set, dir string, ok bool) {
	dir = clean(s.Path)
	rest := dir
	if p.path != "" {
		rest, ok = strings.CutPrefix(dir, p.path+"/")
		if !ok {
			return "", "", false
		}
	}
	set, id, ok := strings.Cut(rest, "/")
	if !ok || set == "" || id == "" || p.repository == "" || normalized(s.RepoURL) != p.repository {
		return "", "", false
	}
	return set, dir, true
}
