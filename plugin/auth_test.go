package plugin_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"
)

const getParams = "/api/v1/getparams.execute"

// authorize returns the response for a request with these Authorization headers.
func (s *service) authorize(headers ...string) *httptest.ResponseRecorder {
	request := httptest.NewRequest(http.MethodPost, getParams, strings.NewReader("{}"))
	if headers != nil {
		request.Header["Authorization"] = headers
	}
	recorder := httptest.NewRecorder()
	s.ServeHTTP(recorder, request)
	return recorder
}

// The scheme is case-insensitive (RFC 9110, 11.1). One space follows it, and the rest is
// compared exactly.
func TestBearerToken(t *testing.T) {
	t.Parallel()
	type test struct {
		name    string
		headers []string
		want    int
	}
	tests := []test{
		{"Bearer", []string{"Bearer " + token}, 200},
		{"bearer in lower case", []string{"bearer " + token}, 200},
		{"bearer in upper case", []string{"BEARER " + token}, 200},
		{"no header", nil, 401},
		{"empty header", []string{""}, 401},
		{"scheme alone", []string{"Bearer"}, 401},
		{"scheme and space", []string{"Bearer "}, 401},
		{"token alone", []string{token}, 401},
		{"token twice", []string{"Bearer " + token + " " + token}, 401},
		{"list of tokens", []string{"Bearer " + token + "," + token}, 401},
		{"two spaces", []string{"Bearer  " + token}, 401},
		{"tab", []string{"Bearer\t" + token}, 401},
		{"space before the scheme", []string{" Bearer " + token}, 401},
		{"space at the end", []string{"Bearer " + token + " "}, 401},
		{"line break at the end", []string{"Bearer " + token + "\n"}, 401},
		{"NUL at the end", []string{"Bearer " + token + "\x00"}, 401},
		{"in quotes", []string{`Bearer "` + token + `"`}, 401},
		{"as a parameter", []string{"Bearer token=" + token}, 401},
		{"in upper case", []string{"Bearer " + strings.ToUpper(token)}, 401},
		{"dollar before it", []string{"Bearer $" + token}, 401},
		{"first of two headers is right", []string{"Bearer " + token, "Bearer nope"}, 200},
		{"second of two headers is right", []string{"Bearer nope", "Bearer " + token}, 401},
	}
	for _, scheme := range []string{"Basic", "Token", "Digest", "Negotiate", "Beare", "Bearers", "Bearer:", "XBearer", "earer"} {
		tests = append(tests, test{"scheme " + scheme, []string{scheme + " " + token}, 401})
	}
	for i := range len(token) {
		tests = append(tests,
			test{fmt.Sprintf("the first %d bytes", i), []string{"Bearer " + token[:i]}, 401},
			test{fmt.Sprintf("without the first %d bytes", i+1), []string{"Bearer " + token[i+1:]}, 401},
			test{fmt.Sprintf("byte %d differs", i), []string{"Bearer " + token[:i] + "\x7f" + token[i+1:]}, 401},
			test{fmt.Sprintf("followed by its first %d bytes", i+1), []string{"Bearer " + token + token[:i+1]}, 401},
		)
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := newService(t, "shop")
			s.publish(t, "shop", "pr-1")
			r := s.authorize(test.headers...)
			if r.Code != test.want {
				t.Fatalf("got %d, want %d", r.Code, test.want)
			}
			if test.want == http.StatusUnauthorized && (r.Header().Get("WWW-Authenticate") != `Bearer realm="previewset"` || strings.Contains(r.Body.String(), "pr-1")) {
				t.Errorf("got %v %s, want a challenge and no answer", r.Header(), r.Body)
			}
		})
	}
}

// A token that is not configured, or that Argo CD could not resolve, equals no other token.
func TestTokensThatNeverMatch(t *testing.T) {
	t.Parallel()
	for _, configured := range []string{"", "$", "$previewset:token"} {
		for _, headers := range [][]string{nil, {""}, {"Bearer"}, {"Bearer "}, {"Bearer $"}, {"Bearer " + configured}, {configured}} {
			s := newService(t, "shop")
			s.publish(t, "shop", "pr-1")
			s.token = configured
			if r := s.authorize(headers...); r.Code != http.StatusUnauthorized {
				t.Errorf("token %q, headers %q: got %d, want %d", configured, headers, r.Code, http.StatusUnauthorized)
			}
		}
	}
}

// The token is read for each request.
func TestRotatedTokenReplacesOldOne(t *testing.T) {
	t.Parallel()
	s := newService(t, "shop")
	s.publish(t, "shop", "pr-1")
	for _, current := range []string{token, "second", "third$"} {
		s.token = current
		for _, sent := range []string{token, "second", "third$"} {
			want := http.StatusUnauthorized
			if sent == current {
				want = http.StatusOK
			}
			if r := s.authorize("Bearer " + sent); r.Code != want {
				t.Errorf("token %q, sent %q: got %d, want %d", current, sent, r.Code, want)
			}
		}
	}
}

func TestTokenIsReadFromHeaderOnly(t *testing.T) {
	t.Parallel()
	for _, path := range []string{
		getParams + "?token=" + token, getParams + "?access_token=" + token, getParams + "?authorization=Bearer+" + token,
	} {
		s := newService(t, "shop")
		s.publish(t, "shop", "pr-1")
		r := s.call(http.MethodPost, path, `{"token":"`+token+`","access_token":"`+token+`"}`, "Authorization", "", "X-Api-Key", token,
			"Cookie", "token="+token, "Proxy-Authorization", "Bearer "+token)
		if r.Code != http.StatusUnauthorized {
			t.Errorf("%s: got %d, want %d", path, r.Code, http.StatusUnauthorized)
		}
	}
}

// route is a route of the service: whether it requires the token, and its path with
// parameters.
type route struct {
	path     string
	withAuth bool
	status   int // of a request with the token
	read     int // of a request with the read token
}

// routes are all routes of the service, by "METHOD pattern".
func routes() map[string]route {
	return map[string]route{
		"POST /api/v1/getparams.execute": {getParams, true, 200, 403},
		"GET /api/v1/previews":           {"/api/v1/previews", true, 200, 200},
		"GET /api/v1/events":             {"/api/v1/events", true, 200, 200},
		"GET /api/v1/sets/:set/previews": {"/api/v1/sets/shop/previews", true, 200, 200},
		"POST /webhooks/:forge":          {"/webhooks/github", false, 401, 401}, // it has no signature
		"GET /healthz":                   {"/healthz", false, 200, 200},
		"GET /readyz":                    {"/readyz", false, 200, 200},
		"GET /metrics":                   {"/metrics", false, 200, 200},
	}
}

// The routes are read from the handler, so that a new route needs a line in routes.
func TestEachRouteRequiresTokenUnlessItIsPublic(t *testing.T) {
	t.Parallel()
	const readToken = "r34d-token"
	s := newService(t, "shop")
	s.readToken = readToken
	s.publish(t, "shop", "pr-1")
	var registered []string
	for _, r := range s.Handler.(interface{ Routes() []*echo.Route }).Routes() {
		registered = append(registered, r.Method+" "+r.Path)
	}
	if want := slices.Collect(maps.Keys(routes())); !sameElements(registered, want) {
		t.Fatalf("got routes %q, want %q", registered, want)
	}
	for name, r := range routes() {
		method, _, _ := strings.Cut(name, " ")
		for _, authorization := range []string{"Bearer " + token, "", "Bearer nope", "Bearer " + token + "x", "Basic " + token, "Bearer " + readToken, "Bearer " + readToken + "x", "Basic " + readToken} {
			want := r.status
			switch {
			case authorization == "Bearer "+readToken:
				want = r.read
			case r.withAuth && authorization != "Bearer "+token:
				want = http.StatusUnauthorized
			}
			got := s.call(method, r.path, "{}", "Authorization", authorization)
			challenged := got.Header().Get("WWW-Authenticate") != ""
			if got.Code != want || challenged != (r.withAuth && want == http.StatusUnauthorized) {
				t.Errorf("%s with %q: got %d %v %s, want %d", name, authorization, got.Code, got.Header(), got.Body, want)
			}
		}
	}
}

func TestOtherMethodsAreNotAllowed(t *testing.T) {
	t.Parallel()
	s := newService(t, "shop")
	s.publish(t, "shop", "pr-1")
	methods := []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND"}
	for name, r := range routes() {
		allowed, _, _ := strings.Cut(name, " ")
		for _, method := range methods {
			if method == allowed {
				continue
			}
			got := s.call(method, r.path, "{}")
			if got.Code/100 == 2 && method != http.MethodOptions || strings.Contains(got.Body.String(), "pr-1") {
				t.Errorf("%s %s: got %d %s, want no answer", method, r.path, got.Code, got.Body)
			}
			if method != http.MethodOptions && got.Code != http.StatusMethodNotAllowed {
				t.Errorf("%s %s: got %d, want %d", method, r.path, got.Code, http.StatusMethodNotAllowed)
			}
		}
	}
}

// A path that is similar to a route has no answer without a token.
func TestSimilarPathsDoNotExist(t *testing.T) {
	t.Parallel()
	s := newService(t, "shop")
	s.publish(t, "shop", "pr-1")
	for _, path := range []string{
		"/", "/api", "/api/v1", getParams + "/", "/" + getParams, "/API/V1/GETPARAMS.EXECUTE", "/api/v1/../v1/getparams.execute",
		"/api/v1/sets", "/api/v1/sets/shop", "/api/v1/sets/shop/previews/", "/api/v1/sets//previews", "/api/v1/sets/shop/previews/x",
		"/healthz/..%2fapi/v1/sets/shop/previews", "/webhooks", "/metrics/", "/debug/pprof/",
	} {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			r := s.call(method, path, "{}", "Authorization", "")
			if r.Code/100 == 2 || strings.Contains(r.Body.String(), "pr-1") {
				t.Errorf("%s %s: got %d %s, want an error", method, path, r.Code, r.Body)
			}
		}
	}
}

func sameElements(a, b []string) bool {
	a, b = slices.Clone(a), slices.Clone(b)
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(a, b)
}

func TestUnauthorizedMessageDoesNotDependOnToken(t *testing.T) {
	t.Parallel()
	s := newService(t, "shop")
	seen := map[string]bool{}
	for _, headers := range [][]string{nil, {"Bearer"}, {"Bearer nope"}, {"Basic " + token}, {"Bearer " + token[:5]}} {
		r := s.authorize(headers...)
		var body map[string]string
		if err := json.Unmarshal(r.Body.Bytes(), &body); err != nil {
			t.Fatal(err)
		}
		seen[body["message"]] = true
	}
	if len(seen) != 1 {
		t.Errorf("got messages %q, want one", slices.Collect(maps.Keys(seen)))
	}
}

// Tokens are compared by their complete hashes: a token whose hash starts or ends like the
// hash of the right one is refused.
func TestSimilarHashIsRefused(t *testing.T) {
	t.Parallel()
	s := newService(t, "shop")
	s.publish(t, "shop", "pr-1")
	right := sha256.Sum256([]byte(token))
	starts, ends := 0, 0
	for i := 0; starts < 2 || ends < 2; i++ {
		other := fmt.Sprintf("token-%d", i)
		hash := sha256.Sum256([]byte(other))
		start, end := bytes.Equal(hash[:2], right[:2]), bytes.Equal(hash[30:], right[30:])
		if !start && !end {
			continue
		}
		if start {
			starts++
		} else {
			ends++
		}
		if r := s.authorize("Bearer " + other); r.Code != http.StatusUnauthorized {
			t.Errorf("%s: got %d, want %d", other, r.Code, http.StatusUnauthorized)
		}
	}
}

// A request that is refused counts as an answer without a set.
func TestRefusedRequestsAreAnswers(t *testing.T) {
	t.Parallel()
	s := newService(t, "shop")
	s.readToken = "r34d-token"
	s.authorize()
	s.authorize("Bearer nope")
	s.authorize("Bearer " + s.readToken)
	if want := []string{" 401", " 401", " 403"}; !slices.Equal(s.answers, want) {
		t.Errorf("got answers %q, want %q", s.answers, want)
	}
}

// A read token that is not configured, or equal to the token, takes nothing from the token.
func TestReadTokenIsOptional(t *testing.T) {
	t.Parallel()
	for _, readToken := range []string{"", "$", "$previewset:token", token} {
		s := newService(t, "shop")
		s.publish(t, "shop", "pr-1")
		s.readToken = readToken
		for _, path := range []string{"/api/v1/previews", "/api/v1/events", "/api/v1/sets/shop/previews"} {
			for _, sent := range []string{"", "$", "$previewset:token", "nope"} {
				if r := s.call(http.MethodGet, path, "", "Authorization", "Bearer "+sent); r.Code != http.StatusUnauthorized {
					t.Errorf("read token %q, %s with %q: got %d, want %d", readToken, path, sent, r.Code, http.StatusUnauthorized)
				}
			}
			if r := s.call(http.MethodGet, path, ""); r.Code != http.StatusOK {
				t.Errorf("read token %q, %s: got %d, want %d", readToken, path, r.Code, http.StatusOK)
			}
		}
		if r := s.ask("{}"); r.Code != http.StatusOK {
			t.Errorf("read token %q: got %d, want %d", readToken, r.Code, http.StatusOK)
		}
	}
}

// If its Secret lacks the key, Argo CD sends "$" and the key. Only such a text is repeated.
func TestMessageAboutUnresolvedToken(t *testing.T) {
	t.Parallel()
	const remedy = "Argo CD's Secret lacks the key, or lacks the label app.kubernetes.io/part-of: argocd"
	unresolved := func(text string) string { return "the token is the unresolved text \"" + text + "\": " + remedy }
	const other = `the token starts with "$": it is a reference that Argo CD could not resolve, or no valid token`
	const missing = "the bearer token is missing or wrong"
	for sent, want := range map[string]string{
		"Bearer $token":                              unresolved("$token"),
		"bearer $previewset:token":                   unresolved("$previewset:token"),
		"Bearer $my.secret-1:To_ken.1":               unresolved("$my.secret-1:To_ken.1"),
		"Bearer $argocd-previewset:plugin.readToken": unresolved("$argocd-previewset:plugin.readToken"),
		"Bearer $PREVIEWSET_TOKEN_2":                 unresolved("$PREVIEWSET_TOKEN_2"),
		"Bearer $S3cr3tPassw0rd":                     other,
		"Bearer $kJ8s7dQw2xYp":                       other,
		"Bearer $previewset:9f86d081884c7d65":        other,
		"Bearer $a" + strings.Repeat(".a", 5000):     other,
		"Bearer $":                                   other,
		"Bearer $:token":                             other,
		"Bearer $a:b:c":                              other,
		"Bearer $2a$10$abcdef":                       other,
		"Bearer $to ken":                             other,
		"Bearer $to\x1b[31mken":                      other,
		"Bearer $t\xc3\xb6ken":                       other,
		"Bearer $" + strings.Repeat("x", 41):         other,
		"Bearer $" + strings.Repeat("x", 41) + ":t":  other,
		"Basic $token":                               missing,
		"Bearer token$":                              missing,
		"Bearer  $token":                             missing,
		"$token":                                     missing,
	} {
		s := newService(t, "shop")
		r := s.authorize(sent)
		if text := message(t, r); r.Code != http.StatusUnauthorized || text != want || len(text) > 240 {
			t.Errorf("%q: got %d %q, want %q", sent, r.Code, text, want)
		}
	}
}
