package github

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/forge"
)

var _ forge.RightsAPI = (*api)(nil)

// Rights implements forge.RightsAPI. GitHub reports the permissions of an App and the
// scopes of a classic token, and nothing about other tokens.
func (a *api) Rights(ctx context.Context, q generator.Query) (generator.Rights, error) {
	if a.tokens != nil {
		got, err := a.tokens.installation(ctx)
		if err != nil {
			return generator.Rights{}, err
		}
		return appRights(got.Permissions, q), nil
	}
	_, resp, err := a.send(ctx, a.path(), "")
	if resp == nil {
		return generator.Rights{}, err
	}
	// https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/scopes-for-oauth-apps
	scopes, ok := resp.Header[http.CanonicalHeaderKey("X-OAuth-Scopes")]
	if !ok {
		return generator.Rights{}, nil
	}
	return scopeRights(scopes), nil
}

// scopeRights returns the rights of a classic token. No scope permits only reading a
// private repository.
func scopeRights(header []string) generator.Rights {
	r := generator.Rights{Known: true}
	private := false
	for scope := range strings.SplitSeq(strings.Join(header, ","), ",") {
		scope = strings.TrimSpace(scope)
		private = private || scope == "repo"
		if scope != "" && !strings.HasPrefix(scope, "read:") {
			r.Excess = append(r.Excess, scope)
		}
	}
	if !private {
		r.Missing = []string{"repo"}
	}
	return r
}

// appRights returns the rights of the installation of an App.
// https://docs.github.com/en/rest/authentication/permissions-required-for-github-apps
func appRights(permissions map[string]string, q generator.Query) generator.Rights {
	r := generator.Rights{Known: true}
	needed := []string{"metadata"}
	if q.PullRequests {
		needed = append(needed, "pull_requests")
	}
	if q.Branches {
		needed = append(needed, "contents")
	}
	for _, name := range needed {
		if permissions[name] == "" {
			r.Missing = append(r.Missing, name+": read")
		}
	}
	for name, level := range permissions {
		if level != "read" {
			r.Excess = append(r.Excess, name+": "+level)
		}
	}
	slices.Sort(r.Excess)
	return r
}

// installation holds the fields of an installation that are read.
type installation struct {
	// AppSlug is the name of the App in URLs and in the login of its bot.
	AppSlug string `json:"app_slug"`
	// Permissions are levels, "read", "write" or "admin", by the names of permissions.
	Permissions map[string]string `json:"permissions"`
}

// installation returns the App's installation.
// https://docs.github.com/en/rest/apps/apps#get-an-installation-for-the-authenticated-app
func (t *appTokens) installation(ctx context.Context) (installation, error) {
	t.mu.Lock() // assertion needs it
	defer t.mu.Unlock()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(t.url, "/access_tokens"), nil)
	if err != nil {
		return installation{}, err
	}
	r.Header.Set("Accept", "application/vnd.github+json")
	r.Header.Set("User-Agent", userAgent)
	resp, err := t.connection.Client.Do(r)
	if err != nil {
		return installation{}, err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return installation{}, forge.Refused(resp.StatusCode, fmt.Sprintf("the App's installation %d can't be read", t.app.InstallationID))
	}
	var got installation
	if json.NewDecoder(resp.Body).Decode(&got) != nil {
		return installation{}, forge.Incomplete("the answer about the App's installation can't be decoded")
	}
	return got, nil
}
