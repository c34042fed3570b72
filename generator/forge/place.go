package forge

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
)

// segmentForm is the form of the names of owners and repositories that GitHub
// allows. Gitea allows the same characters.
const segmentForm = `[A-Za-z0-9._-]{1,100}`

var segment = regexp.MustCompile(`^` + segmentForm + `$`)

// CheckNames checks the names of an owner and of a repository.
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

// ParseRoot parses the URL of a server or an API. Errors say whose URL it is and
// do not repeat it.
func ParseRoot(whose, raw string) (*url.URL, error) {
	u, err := url.Parse(raw)
	if err != nil {
		return nil, fmt.Errorf("the %s URL can't be parsed", whose)
	}
	if u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return nil, fmt.Errorf("the %s URL must be http(s)://host/path, without credentials, query and fragment", whose)
	}
	return u, nil
}

// HostOf returns the host of an http URL, lower-case, with its port where that is
// not the scheme's own.
func HostOf(u *url.URL) string {
	host := strings.ToLower(u.Host)
	if u.Scheme == "https" {
		return strings.TrimSuffix(host, ":443")
	}
	return strings.TrimSuffix(host, ":80")
}
