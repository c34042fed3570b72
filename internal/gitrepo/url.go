package gitrepo

import (
	"errors"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/go-git/go-git/v5/plumbing/transport"
)

// ErrURLSecret means that a URL contains credentials, or a query or a fragment, which may be some.
var ErrURLSecret = errors.New("the repository URL contains credentials")

// CheckURL returns an error if Open does not accept a URL. The error does not repeat the URL.
func CheckURL(rawURL string) error {
	_, err := parseURL(rawURL)
	return err
}

// parseURL returns the endpoint of rawURL. Its errors never repeat rawURL, which may
// contain secrets.
func parseURL(rawURL string) (*transport.Endpoint, error) {
	if strings.HasPrefix(rawURL, "/") {
		return &transport.Endpoint{Protocol: "file", Path: filepath.Clean(rawURL)}, nil
	}
	if strings.ContainsFunc(rawURL, func(r rune) bool { return r <= ' ' || r == 0x7f }) {
		return nil, errors.New("the repository URL contains white space or control characters: remove them")
	}
	if !strings.Contains(rawURL, "://") {
		return parseSCP(rawURL)
	}
	u, err := url.Parse(rawURL)
	if err != nil {
		return nil, errors.New("the repository URL is not valid: correct its host and its port")
	}
	if _, ok := u.User.Password(); ok {
		return nil, ErrURLSecret
	}
	switch u.Scheme {
	case "http", "https":
		return parseHTTP(rawURL, u)
	case "ssh":
		return parseSSH(rawURL, u)
	case "file":
		if (u.Host != "" && u.Host != "localhost") || !filepath.IsAbs(u.Path) {
			return nil, errors.New("a file: URL must contain an absolute path on this machine: use file:///path")
		}
		return &transport.Endpoint{Protocol: "file", Path: filepath.Clean(u.Path)}, nil
	}
	return nil, errors.New("the scheme of the repository URL must be https, http, ssh or file")
}

// parseHTTP refuses every user name, because forges accept tokens as user names. It
// also refuses a query, which may contain a token and has no use in Git.
func parseHTTP(rawURL string, u *url.URL) (*transport.Endpoint, error) {
	if u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return nil, ErrURLSecret
	}
	if u.Hostname() == "" {
		return nil, errors.New("the repository URL has no host: use https://host/path")
	}
	endpoint, err := transport.NewEndpoint(rawURL)
	if err != nil {
		return nil, errors.New("the repository URL is not valid: correct its host and its port")
	}
	endpoint.Path = strings.TrimSuffix(endpoint.Path, "/")
	return endpoint, nil
}

func parseSSH(rawURL string, u *url.URL) (*transport.Endpoint, error) {
	if u.RawQuery != "" || u.Fragment != "" {
		return nil, ErrURLSecret
	}
	if u.Hostname() == "" || strings.Trim(u.Path, "/") == "" {
		return nil, errors.New("the repository URL lacks the host or the path: use ssh://host/path")
	}
	endpoint, err := transport.NewEndpoint(rawURL)
	if err != nil {
		return nil, errors.New("the repository URL is not valid: correct its host and its port")
	}
	// ssh://host/~user/path is a path in a home directory: see git's connect.c.
	if strings.HasPrefix(endpoint.Path, "/~") {
		endpoint.Path = endpoint.Path[1:]
	}
	return endpoint, nil
}

// parseSCP parses git@host:path, the form without a scheme.
func parseSCP(rawURL string) (*transport.Endpoint, error) {
	host, path, ok := strings.Cut(rawURL, ":")
	if !ok || path == "" {
		return nil, errors.New("the repository URL has no scheme: use https://, ssh://, git@host:path or an absolute path")
	}
	user, hostName, ok := strings.Cut(host, "@")
	if !ok {
		user, hostName = "", host
	}
	if hostName == "" || strings.ContainsAny(hostName, "/@\\") || strings.HasPrefix(hostName, "-") || strings.Contains(path, "@") {
		return nil, errors.New("the repository URL is not of the form git@host:path: use this form, https://, ssh:// or an absolute path")
	}
	return &transport.Endpoint{Protocol: "ssh", User: user, Host: hostName, Path: path}, nil
}
