package github

import (
	"net/http"
	"net/url"

	gogithub "github.com/google/go-github/v62/github"

	"github.com/previewset/previewset/internal/rest"
)

// transport builds what carries requests.
func (o Options) transport(base *url.URL, seen *rest.Secrets) http.RoundTripper {
	wire := o.wire(base, seen)
	switch {
	case o.App != nil:
		return newAppAuth(*o.App, base, wire)
	case o.Token != nil:
		return rest.WithToken(wire, "Bearer", o.Token)
	}
	return wire
}

// wire is what stands below credentials.
func (o Options) wire(base *url.URL, seen *rest.Secrets) http.RoundTripper {
	return rest.New(rest.Options{
		Base: base, HTTP: o.HTTP, MaxBytes: o.MaxBytes, Secrets: seen, Limit: limitOf, Answered: o.tell,
	})
}

func newClient(base *url.URL, transport http.RoundTripper) *gogithub.Client {
	client := gogithub.NewClient(rest.Client(transport))
	client.BaseURL = base
	client.UserAgent = "previewset"
	return client
}
