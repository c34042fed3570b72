package gitrepo

import (
	"context"
	"net/http"

	"github.com/go-git/go-git/v5/plumbing/transport"
	githttp "github.com/go-git/go-git/v5/plumbing/transport/http"

	"github.com/previewset/previewset/internal/redact"
)

// login authenticates the requests of one session, which are sent one after the other. It
// is go-git's authentication, which sets the header of each request, and the transport of
// the session, which repeats a request with new credentials if the server refuses it.
type login struct {
	githttp.BasicAuth
	credentials Credentials
	next        http.RoundTripper
	known       []string
}

// newLogin reads the credentials. The login is nil if there are none.
func newLogin(ctx context.Context, c Credentials, next http.RoundTripper) (*login, error) {
	if c == nil {
		return nil, nil
	}
	l := &login{credentials: c, next: next}
	if changed, err := l.read(ctx, ""); err != nil || !changed {
		return nil, err
	}
	return l, nil
}

// read reads the credentials. It reports whether they have changed. refused is that of
// Credentials.HTTP.
func (l *login) read(ctx context.Context, refused string) (changed bool, err error) {
	user, password, err := l.credentials.HTTP(ctx, refused)
	if err != nil {
		return false, err
	}
	current := githttp.BasicAuth{Username: user, Password: password}
	if current == l.BasicAuth || current == (githttp.BasicAuth{}) {
		return false, nil
	}
	l.BasicAuth = current
	l.known = append(l.known, redact.Basic(user, password)...)
	return true, nil
}

// auth returns l as go-git's authentication, nil if l is nil.
func (l *login) auth() transport.AuthMethod {
	if l == nil {
		return nil
	}
	return l
}

// secrets returns the credentials that the session has sent, the refused ones included.
// They must not appear in an error.
func (l *login) secrets() []string {
	if l == nil {
		return nil
	}
	return l.known
}

// RoundTrip implements http.RoundTripper. It does not repeat a request without
// credentials: go-git removes them from a request to another server.
func (l *login) RoundTrip(req *http.Request) (*http.Response, error) {
	res, err := l.next.RoundTrip(req)
	if err != nil || req.Header.Get("Authorization") == "" {
		return res, err
	}
	refused := ""
	switch res.StatusCode {
	case http.StatusUnauthorized:
		refused = l.Password
	case http.StatusForbidden:
	default:
		return res, nil
	}
	changed, err := l.read(req.Context(), refused)
	if err != nil {
		_ = res.Body.Close()
		return nil, err
	}
	//promise:refused-logins-are-read-again
	if !changed {
		return res, nil
	}
	return l.repeat(req, res)
}

// repeat sends a request again that the server has answered with res.
func (l *login) repeat(req *http.Request, res *http.Response) (*http.Response, error) {
	_ = res.Body.Close() // nobody reads it
	req = req.Clone(req.Context())
	if req.Body != nil {
		body, err := req.GetBody() // go-git's bodies are buffers, so it is set
		if err != nil {
			return nil, err
		}
		req.Body = body
	}
	l.SetAuth(req)
	return l.next.RoundTrip(req)
}
