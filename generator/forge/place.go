package forge

import (
	"fmt"
	"net/url"
	"regexp"
)

// segmentPattern matches the names of owners and repositories that GitHub allows. Gitea
// allows the same characters.
const segmentPattern = `[A-Za-z0-9._-]{1,100}`

var segment = regexp.MustCompile(`^` + segmentPattern + `$`)

// CheckNames returns an error if a name is not valid for an owner or a repository.
func CheckNames(names ...string) error {
	for _, name := range names {
		if !isSegment(name) {
			return fmt.Errorf("%q is not the name of an owner or a repository", name)
		}
	}
	return nil
}

func isSegment(name string) bool {
	return segment.MatchString(name) && name != "." && name != ".."
}

// ParseRoot parses the URL of a server or an API. Errors contain whose, such as "API's",
// and never the URL, which may hold credentials.
func ParseRoot(whose, raw string) (*url.URL, error) {
	u, err := url.Parse(raw)
	if err != nil {
		return nil, fmt.Errorf("the %s URL is not valid", whose)
	}
	if u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return nil, fmt.Errorf("the %s URL must be http(s)://host/path, without credentials, query and fragment", whose)
	}
	return u, nil
}
