package plugin_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// Each cause is logged once at level Info, until a request of its route and set succeeds.
func TestRefusalsAreLoggedOnce(t *testing.T) {
	t.Parallel()
	s := newService(t, "shop", "web")
	s.publish(t, "shop", "pr-1")
	lines := func(act func()) string {
		s.log.Reset()
		for range 3 {
			act()
		}
		var all []string
		for line := range strings.Lines(s.log.String()) {
			if strings.Contains(line, "level=INFO") {
				_, text, _ := strings.Cut(line, "msg=")
				all = append(all, strings.TrimSpace(text))
			}
		}
		return strings.Join(all, "\n")
	}
	ask := func(set, bearer string) func() {
		return func() {
			s.call(http.MethodPost, "/api/v1/getparams.execute", fmt.Sprintf(`{"input":{"parameters":{"set":%q}}}`, set), "Authorization", "Bearer "+bearer)
		}
	}
	const path = `path=/api/v1/getparams.execute`
	for _, step := range []struct {
		name string
		act  func()
		want string
	}{
		{"wrong token", ask("shop", "x"), `"a request was refused" status=401 ` + path + ` error="the bearer token is missing or wrong"`},
		{"another wrong token", ask("shop", "y"), ""},
		{"another cause", ask("shop", "$a:b"), `"a request was refused" status=401 ` + path + ` error="the token is the unresolved text \"$a:b\": Argo CD's Secret lacks the key, or lacks the label app.kubernetes.io/part-of: argocd"`},
		{"not known yet", ask("web", token), `"a request was refused" status=503 ` + path + ` error="the set is not known yet: previewset has not read it since it started"`},
		{"another set succeeds", ask("shop", token), `"requests are no longer refused" ` + path},
		{"still not known", ask("web", token), ""},
		{"wrong token again", ask("shop", "x"), `"a request was refused" status=401 ` + path + ` error="the bearer token is missing or wrong"`},
		{"another route", func() { s.call(http.MethodGet, "/api/v1/previews", "", "Authorization", "") }, `"a request was refused" status=401 path=/api/v1/previews error="the bearer token is missing or wrong"`},
		{"unknown set", ask("wbe", token), `"a request was refused" status=404 ` + path + ` error="no such set: \"wbe\""`},
		{"another unknown set", ask("sohp", token), `"a request was refused" status=404 ` + path + ` error="no such set: \"sohp\""`},
		{"no path", func() { s.call(http.MethodGet, "/admin?token=canary", "") }, `"a request was refused" status=404 path=/admin error="previewset has no such path"`},
		{"a path with control characters", func() { s.call(http.MethodGet, "/%1b[31m%0a"+strings.Repeat("x", 200)+"?canary", "") }, `"a request was refused" status=404 path="/�[31m�` + strings.Repeat("x", 93) + `…" error="previewset has no such path"`},
		{"another method", func() { s.call(http.MethodDelete, "/api/v1/previews?canary", "") }, `"a request was refused" status=405 path=/api/v1/previews error="the path does not support the method DELETE"`},
		{"an unsigned webhook", func() { s.call(http.MethodPost, "/webhooks/github", "{}") }, `"a request was refused" status=401 path=/webhooks/:forge error="webhook signature not valid: it does not start with sha256="`},
		{"the set is known", func() { s.publish(t, "web", "pr-1"); ask("web", token)() }, `"requests are no longer refused" ` + path},
	} {
		if got := lines(step.act); got != step.want {
			t.Errorf("%s: got\n%s\nwant\n%s", step.name, got, step.want)
		}
	}
	flood := lines(func() {
		for i := range 200 {
			ask("shop", fmt.Sprintf("$flood:%d", i))()
			s.call(http.MethodGet, fmt.Sprintf("/x%d", i), "")
			s.call("VERB"+fmt.Sprint(i), "/healthz", "")
			s.call(http.MethodGet, fmt.Sprintf("/api/v1/sets/x%d/previews", i), "", "Authorization", "Bearer "+token)
		}
	})
	if got := strings.Count(flood, "\n") + 1; got > 40 {
		t.Errorf("got %d lines for a flood, want at most 40:\n%s", got, flood)
	}
}
