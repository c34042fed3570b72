package github

import (
	"context"
	"fmt"

	"github.com/previewset/previewset/internal/rest"
)

// AppTokens returns a function that gives an installation's access token of the
// moment, for Git over https: the user name that goes with it is
// x-access-token. Of o it takes App, APIURL, HTTP and Timeout. It makes no
// request before it is called; the errors are those of Source.
func AppTokens(o Options) (func(context.Context) (string, error), error) {
	if o.App == nil || !o.App.complete() {
		return nil, fmt.Errorf("github: %w", errIncompleteApp)
	}
	base, err := baseURL(o.APIURL)
	if err != nil {
		return nil, fmt.Errorf("github: %w", err)
	}
	o = o.withDefaults()
	seen := &rest.Secrets{}
	auth := newAppAuth(*o.App, base, o.wire(base, seen))
	return func(ctx context.Context) (string, error) {
		ctx, cancel := context.WithTimeout(ctx, o.Timeout)
		defer cancel()
		token, err := auth.token(ctx)
		if err != nil {
			return "", seen.Failure("github", classify(err))
		}
		return token, nil
	}, nil
}

func (t *appAuth) token(ctx context.Context) (string, error) {
	transport, err := t.current()
	if err != nil {
		return "", fmt.Errorf("read the App's private key: %w", err)
	}
	return transport.Token(ctx)
}

// Host returns the host of the pages that belong to the API at apiURL, which is
// as in Options: github.com for "".
func Host(apiURL string) (string, error) {
	base, err := baseURL(apiURL)
	if err != nil {
		return "", err
	}
	return webHost(base), nil
}
