package forge

import (
	"errors"
	"net/http"
)

// writeRedirects follows the redirects of requests that write, with their method and body.
// For a renamed repository, GitHub redirects with a status 307 and Gitea with a status 301
// (RedirectToRepo in its services/context/repo.go). After a 301, net/http would send GET.
// Each request goes through next, which refuses another host.
type writeRedirects struct{ next http.RoundTripper }

func (t writeRedirects) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := t.next.RoundTrip(r)
	for range maxRedirects {
		if err != nil || !isWrite(r.Method) || !keepsMethod(resp.StatusCode) {
			return resp, err
		}
		if r, err = redirected(r, resp); err != nil {
			return nil, err
		}
		resp, err = t.next.RoundTrip(r)
	}
	if err == nil && keepsMethod(resp.StatusCode) {
		_ = resp.Body.Close()
		return nil, errTooManyRedirects
	}
	return resp, err
}

func isWrite(method string) bool { return method != http.MethodGet && method != http.MethodHead }

func keepsMethod(status int) bool {
	switch status {
	case http.StatusMovedPermanently, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

// redirected returns r for the location of its answer, and closes the answer.
func redirected(r *http.Request, resp *http.Response) (*http.Request, error) {
	_ = resp.Body.Close()
	location, err := r.URL.Parse(resp.Header.Get("Location"))
	if err != nil {
		return nil, errors.New("the server redirects to a location that is not valid")
	}
	body, ok := bodyAgain(r)
	if !ok {
		return nil, errNotRepeatable
	}
	moved := r.Clone(r.Context())
	moved.URL, moved.Host, moved.Body = location, "", body
	return moved, checkRedirect(moved, []*http.Request{r})
}
