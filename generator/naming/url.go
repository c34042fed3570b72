package naming

import (
	"errors"
	"fmt"
	"net/url"
)

// urlKey is the key of the template of URLs.
const urlKey = "names.url"

func newURLTemplate(p Patterns) (*Template, error) {
	tmpl, err := parseNameTemplate(p, urlKey, p.URL, hostField)
	if err != nil {
		return nil, err
	}
	return tmpl, tryOut(tmpl, p, func(output string) error {
		_, err := cleanURL(output)
		return err
	})
}

// URL returns the URL at which people open the preview with this host; "" for the default,
// which is https:// and the host. params are the parameters of its change. It is no name:
// two previews can have the same URL, and another template renames nothing.
//
// URL fails if the template does not make an absolute URL for this preview.
func (n *Namer) URL(subject Subject, params map[string]any, host string) (string, error) {
	if n.url == nil {
		return "", nil
	}
	output, err := n.url.execute(n.request(subject, params).paramsWith(host))
	if err != nil {
		return "", err
	}
	cleaned, err := cleanURL(output)
	if err != nil {
		return "", fmt.Errorf("%s: %w", urlKey, err)
	}
	return cleaned, nil
}

// linksToHost reports whether the URL of a preview has its Names.Host.
func (n *Namer) linksToHost() bool {
	if n.url == nil {
		return true
	}
	const host = "host.preview.localhost"
	sample := map[string]any{hostField: host}
	for field, value := range fields() {
		sample[field] = value
	}
	output, err := n.url.execute(sample)
	if err != nil {
		return false
	}
	u, err := url.Parse(output)
	return err == nil && u.Hostname() == host
}

// cleanURL returns text as an absolute http or https URL, with escapes where it needs them.
// Errors do not have the text, which can be a password.
func cleanURL(text string) (string, error) {
	const remedy = "write a URL such as https://{{.host}}/app"
	u, err := url.Parse(text)
	switch {
	case err != nil:
		return "", errors.New("the template makes text that is not a URL: " + remedy)
	case u.Scheme != "http" && u.Scheme != "https":
		return "", errors.New("the template makes a URL without http:// or https://: " + remedy)
	case u.Hostname() == "":
		return "", errors.New("the template makes a URL without a host: " + remedy)
	case u.User != nil:
		return "", errors.New("the template makes a URL with a user or a password, which everybody could read: " + remedy)
	}
	return u.String(), nil
}
