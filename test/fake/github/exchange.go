package github

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
)

// exchange is a parsed request.
type exchange struct {
	request *http.Request
	// api and html are the base URLs of links, without a trailing slash.
	api, html string
	// path holds the unescaped segments of the request path after the prefix
	// Enterprise. A segment can contain a slash.
	path []string
	kind Kind
	body []byte
}

func newExchange(r *http.Request) *exchange {
	scheme := "http://"
	if r.Host == "api.github.com" {
		scheme = "https://"
	}
	e := &exchange{request: r, api: scheme + r.Host, html: scheme + strings.TrimPrefix(r.Host, "api.")}
	path := r.URL.EscapedPath()
	if rest, ok := strings.CutPrefix(path, Enterprise+"/"); ok {
		e.api += Enterprise
		path = rest
	}
	for segment := range strings.SplitSeq(strings.Trim(path, "/"), "/") {
		plain, err := url.PathUnescape(segment)
		if err != nil {
			panic(err) // EscapedPath is valid
		}
		e.path = append(e.path, plain)
	}
	e.kind = kindOf(e.path)
	return e
}

func kindOf(path []string) Kind {
	if len(path) > 2 && path[0] == "app" && path[1] == "installations" {
		if len(path) == 4 && path[3] == "access_tokens" {
			return KindToken
		}
		return KindInstallation
	}
	if len(path) == 1 && path[0] == "user" {
		return KindUser
	}
	rest := belowRepository(path)
	switch {
	case rest == nil:
		return KindOther
	case len(rest) == 0:
		return KindRepository
	case rest[0] == "pulls" && len(rest) == 1:
		return KindPulls
	case rest[0] == "pulls":
		return KindPull
	case rest[0] == "branches" && len(rest) == 1:
		return KindBranches
	case rest[0] == "branches" && len(rest) == 2:
		return KindBranch
	case rest[0] == "git" && len(rest) == 3:
		return KindCommit
	}
	return feedbackKind(rest)
}

// belowRepository returns the segments after /repos/{owner}/{repo} or
// /repositories/{id}, or nil if path has neither prefix.
func belowRepository(path []string) []string {
	switch {
	case path[0] == "repos" && len(path) >= 3:
		return path[3:]
	case path[0] == "repositories" && len(path) >= 2:
		return path[2:]
	}
	return nil
}

type object = map[string]any

// result is a response before it is written.
type result struct {
	status int
	etag   string
	bytes  []byte
}

func success(body any) result {
	data, err := json.Marshal(body)
	if err != nil {
		panic(err) // maps, strings and numbers always marshal
	}
	sum := sha256.Sum256(data)
	return result{status: http.StatusOK, bytes: data, etag: `W/"` + hex.EncodeToString(sum[:]) + `"`}
}

func failure(status int, message, docs string) *result {
	data, err := json.Marshal(object{"message": message, "documentation_url": docs})
	if err != nil {
		panic(err)
	}
	return &result{status: status, bytes: data}
}

func notFound() result {
	return *failure(http.StatusNotFound, "Not Found", "https://docs.github.com/rest")
}

// notModified sets the ETag header and reports whether the client has this response
// already. As on GitHub, the ETag covers the body only, not the Link header.
func (a result) notModified(w http.ResponseWriter, r *http.Request) bool {
	if a.etag == "" {
		return false
	}
	w.Header().Set("ETag", a.etag)
	w.Header().Set("Cache-Control", "private, max-age=60, s-maxage=60")
	w.Header().Set("Vary", "Accept, Authorization, Cookie, X-GitHub-OTP")
	return r.Header.Get("If-None-Match") == a.etag
}

func (e *exchange) write(w http.ResponseWriter, a result) {
	if a.status != http.StatusNoContent {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(a.bytes)
}
