package github

import (
	"context"
	"fmt"
	"strings"
)

// AppTokens returns a function that gives an installation's access token of the
// moment, for Git over https: the user name that goes with it is
// x-access-token. apiURL is as in Options. It makes no request before it is
// called.
func AppTokens(app App, apiURL string) (func(context.Context) (string, error), error) {
	base, err := baseURL(apiURL)
	if err != nil {
		return nil, fmt.Errorf("github: %w", err)
	}
	seen := &secrets{}
	next := witness{next: whole{next: defaultTransport(), max: defaultMaxBytes}, base: base, secrets: seen}
	auth := &appAuth{next: next, app: app, baseURL: strings.TrimRight(base.String(), "/")}
	return func(ctx context.Context) (string, error) {
		transport, err := auth.current()
		if err != nil {
			return "", fmt.Errorf("read the App's private key: %w", err)
		}
		token, err := transport.Token(ctx)
		if err != nil {
			return "", fmt.Errorf("github: token of installation %d: %s", app.InstallationID, seen.redact(err.Error()))
		}
		return token, nil
	}, nil
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
