package plugin

import (
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"net/http"
	"regexp"
	"strings"

	"github.com/labstack/echo/v4"
)

// authorize returns an error unless the request has the bearer token, or the read token if
// it requests the state. It compares hashes in constant time, so that the duration reveals
// neither the bytes nor the length of a token.
//
// It always refuses a token that starts with "$". Argo CD sends such a token if the key
// that the token refers to is missing from its Secret.
func (s *service) authorize(c echo.Context, state bool) error {
	scheme, token, _ := strings.Cut(c.Request().Header.Get(echo.HeaderAuthorization), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		token = ""
	}
	full, read := sameToken(token, s.opts.Token()), sameToken(token, s.opts.ReadToken())
	//promise:read-tokens-open-only-the-state
	if read && !full && !state {
		return fail(http.StatusForbidden, "the read token gives access only to the state: send the token of auth.tokenFile or auth.tokenEnv", nil)
	}
	if full || read {
		//promise:authorized-requests-are-not-ended
		callerOf(c.Request().Context()).trust()
		return nil
	}
	c.Response().Header().Set(echo.HeaderWWWAuthenticate, `Bearer realm="previewset"`)
	return fail(http.StatusUnauthorized, refusal(token), nil)
}

// forState accepts requests that may read the state.
func (s *service) forState(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if err := s.authorize(c, true); err != nil {
			return err
		}
		return next(c)
	}
}

func sameToken(token, want string) bool {
	a, b := sha256.Sum256([]byte(token)), sha256.Sum256([]byte(want))
	same := subtle.ConstantTimeCompare(a[:], b[:]) == 1
	return same && want != "" && !strings.HasPrefix(token, "$")
}

// maxReference bounds a reference that a message repeats, in bytes.
const maxReference = 82

// word matches a part of a name. Few generated secrets consist of such words.
const word = `(?:(?:[A-Z]?[a-z]{1,20}(?:[A-Z][a-z]{1,20}){0,3}|[A-Z]{1,20})[0-9]{0,2}|[0-9]{1,2})`

// reference matches a token that is a reference to a key of a Secret: "$key", which Argo
// CD sends, or "$secret:key", as in the ConfigMap of the plugin (argo-cd v2.14,
// applicationset/services/plugin: ParseSecretKey).
var reference = regexp.MustCompile(`^\$(?:` + word + `(?:[.-]` + word + `)*:)?` + word + `(?:[._-]` + word + `)*$`)

// refusal returns the message about a wrong token. It repeats only a token that is a
// reference and consists of words: other tokens can be secrets.
func refusal(token string) string {
	const label = "app.kubernetes.io/part-of: argocd"
	switch {
	case len(token) <= maxReference && reference.MatchString(token):
		return fmt.Sprintf("the token is the unresolved text %q: Argo CD's Secret lacks the key, or lacks the label %s", token, label)
	case strings.HasPrefix(token, "$"):
		return `the token starts with "$": it is a reference that Argo CD could not resolve, or no valid token`
	}
	return "the bearer token is missing or wrong"
}
