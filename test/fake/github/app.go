package github

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// app is a GitHub App with one installation.
type app struct {
	id           int64
	installation int64
	key          *rsa.PublicKey
	issued       int
}

// Token adds a personal access token that is valid until Revoke.
func (s *Server) Token(token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tokens[token] = time.Time{}
}

// TokenOf adds a personal access token of a user that is valid until Revoke.
func (s *Server) TokenOf(login, token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tokens[token] = time.Time{}
	s.actors[token] = actor{login: login}
}

// Revoke invalidates a token.
func (s *Server) Revoke(token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.tokens, token)
}

// RevokeAll invalidates all tokens.
func (s *Server) RevokeAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.tokens)
}

// App registers a GitHub App with an installation, or replaces the key of a registered
// App. It returns the private key in PEM.
func (s *Server) App(id, installation int64) []byte {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		s.t.Fatalf("generate key: %v", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.apps[id] = &app{id: id, installation: installation, key: &key.PublicKey}
	return pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)})
}

// TokenLifetime sets the lifetime of the installation tokens issued from now on. The
// default is an hour, as on GitHub.
func (s *Server) TokenLifetime(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lifetime = d
}

// authenticate returns the error response for a request with bad credentials, or nil.
// A request without credentials is anonymous.
func (s *Server) authenticate(e *exchange) *result {
	const docs = "https://docs.github.com/rest"
	header := e.request.Header.Get("Authorization")
	if e.kind == KindInstallation || e.kind == KindToken {
		if s.appOf(header) == nil {
			return failure(http.StatusUnauthorized, "A JSON web token could not be decoded", docs)
		}
		return nil
	}
	scheme, token, _ := strings.Cut(header, " ")
	if header == "" {
		return nil
	}
	expires, known := s.tokens[token]
	if !known || !expires.IsZero() && expires.Before(time.Now()) || scheme != "Bearer" && scheme != "token" {
		return failure(http.StatusUnauthorized, "Bad credentials", docs)
	}
	return nil
}

// appOf returns the App that signed the JSON web token in header, or nil if the token
// is invalid.
func (s *Server) appOf(header string) *app {
	parts := strings.Split(strings.TrimPrefix(header, "Bearer "), ".")
	if len(parts) != 3 {
		return nil
	}
	claims, err1 := base64.RawURLEncoding.DecodeString(parts[1])
	signature, err2 := base64.RawURLEncoding.DecodeString(parts[2])
	var c struct {
		Issuer  string `json:"iss"`
		Issued  int64  `json:"iat"`
		Expires int64  `json:"exp"`
	}
	if err1 != nil || err2 != nil || json.Unmarshal(claims, &c) != nil {
		return nil
	}
	id, _ := strconv.ParseInt(c.Issuer, 10, 64)
	a := s.apps[id]
	now := time.Now().Unix()
	if a == nil || c.Issued > now || c.Expires <= now || c.Expires > now+600 {
		return nil
	}
	sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	if rsa.VerifyPKCS1v15(a.key, crypto.SHA256, sum[:], signature) != nil {
		return nil
	}
	return a
}

func (s *Server) serveApp(e *exchange) result {
	a := s.appOf(e.request.Header.Get("Authorization"))
	if id, _ := strconv.ParseInt(e.path[2], 10, 64); a == nil || id != a.installation {
		return notFound()
	}
	if e.kind == KindInstallation {
		return success(s.installation(e, a))
	}
	a.issued++
	token := fmt.Sprintf("ghs_installation%dtoken%d", a.installation, a.issued)
	expires := time.Now().Add(s.lifetime)
	s.tokens[token] = expires
	s.actors[token] = actor{login: botLogin, app: a.id}
	issued := success(object{
		"token": token, "expires_at": timestamp(expires), "repository_selection": "all",
		"permissions": object{"contents": "read", "metadata": "read", "pull_requests": "read"},
	})
	issued.status, issued.etag = http.StatusCreated, ""
	return issued
}

func (s *Server) installation(e *exchange, a *app) object {
	api := fmt.Sprintf("%s/app/installations/%d", e.api, a.installation)
	return object{
		"id": a.installation, "account": e.user("acme"), "app_id": a.id, "app_slug": appSlug, "target_id": 1,
		"target_type": "Organization", "single_file_name": nil, "repository_selection": "all", "events": []string{},
		"access_tokens_url": api + "/access_tokens", "repositories_url": e.api + "/installation/repositories",
		"html_url":    fmt.Sprintf("%s/organizations/acme/settings/installations/%d", e.html, a.installation),
		"permissions": object{"contents": "read", "metadata": "read", "pull_requests": "read"},
		"created_at":  timestamp(s.clock), "updated_at": timestamp(s.clock), "suspended_by": nil, "suspended_at": nil,
	}
}
