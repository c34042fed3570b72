package gitrepo

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/go-git/go-git/v5/plumbing/transport"
)

// redirected returns an error if res redirects to another server. Otherwise, it reports whether
// res redirects at all. A server is the scheme, the host and the port of a URL: git clone may
// follow its redirects to others, but previewset runs where nobody sees them, and often can
// reach servers that the one that redirects can't.
func redirected(res *http.Response) (bool, error) {
	if res.StatusCode < 300 || res.StatusCode >= 400 {
		return false, nil
	}
	target, err := res.Location()
	//promise:redirects-stay-on-their-server
	if err == nil && serverOf(target) != serverOf(res.Request.URL) {
		return true, &redirectError{from: repositoryOf(res.Request.URL), to: repositoryOf(target)}
	}
	return true, nil
}

// serverOf returns the scheme, host and port of a URL in one spelling.
func serverOf(u *url.URL) string {
	port := cmp.Or(u.Port(), map[string]string{"http": "80", "https": "443"}[u.Scheme])
	return u.Scheme + "://" + strings.ToLower(u.Hostname()) + " " + port
}

// repositoryOf returns the URL of the repository that a request is for, without a login and a
// query.
func repositoryOf(u *url.URL) string {
	repository := url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}
	for _, service := range []string{"info/refs", transport.UploadPackServiceName, transport.ReceivePackServiceName} {
		repository.Path = strings.TrimSuffix(repository.Path, "/"+service)
	}
	return repository.String()
}

// redirectError is an ErrRedirect.
type redirectError struct{ from, to string }

func (e *redirectError) Error() string {
	return fmt.Sprintf("%v: %s redirects to %s", ErrRedirect, e.from, e.to)
}

func (*redirectError) Unwrap() error { return ErrRedirect }
