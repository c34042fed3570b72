package plugin

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"
)

// authorize accepts requests with the bearer token. It compares hashes in constant time,
// so that the duration reveals neither the bytes nor the length of the token.
//
// It always refuses a token that starts with "$". Argo CD sends such a token if the key
// that the token refers to is missing from its Secret.
func (s *service) authorize(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		scheme, token, _ := strings.Cut(c.Request().Header.Get(echo.HeaderAuthorization), " ")
		if !strings.EqualFold(scheme, "Bearer") || !sameToken(token, s.opts.Token()) {
			c.Response().Header().Set(echo.HeaderWWWAuthenticate, `Bearer realm="previewset"`)
			return fail(http.StatusUnauthorized, "the bearer token is missing or wrong", nil)
		}
		return next(c)
	}
}

func sameToken(token, want string) bool {
	a, b := sha256.Sum256([]byte(token)), sha256.Sum256([]byte(want))
	same := subtle.ConstantTimeCompare(a[:], b[:]) == 1
	return same && want != "" && !strings.HasPrefix(token, "$")
}
