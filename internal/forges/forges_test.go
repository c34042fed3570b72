package forges_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/forge"
	"github.com/previewset/previewset/generator/gitea"
	"github.com/previewset/previewset/generator/github"
	"github.com/previewset/previewset/internal/forges"
)

// keyPattern matches the key of a forge, which is a YAML key and a segment of a path.
var keyPattern = regexp.MustCompile(`^[a-z][a-zA-Z0-9]*$`)

func TestForgesAreConsistent(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, f := range forges.All() {
		t.Run(f.Key, func(t *testing.T) {
			if !keyPattern.MatchString(f.Key) || seen[f.Key] {
				t.Errorf("key %q is not valid or not unique", f.Key)
			}
			seen[f.Key] = true
			if got, ok := forges.ByKey(f.Key); !ok || got.Key != f.Key {
				t.Errorf("ByKey returns %q, %v", got.Key, ok)
			}
			if !strings.Contains(forges.Keys(), f.Key) {
				t.Errorf("%q is not in %q", f.Key, forges.Keys())
			}
			empty := f.Stanza()
			problems := 0
			empty.Check(func(string, string, ...any) { problems++ })
			if problems == 0 {
				t.Error("Check reports no mistake in an empty stanza")
			}
			if empty.WebhookSecret().Given() || (forge.Event{ForgeHost: "git.acme.dev", FullName: "acme/shop"}).Concerns(empty.Repository(), generator.Repository{}) {
				t.Error("an empty stanza has a webhook")
			}
			if _, err := empty.Open(forge.Options{}); err == nil {
				t.Error("an empty stanza opens a source")
			}
			if f.Stanza() == empty {
				t.Error("two calls of Stanza return the same stanza")
			}
		})
	}
	if _, ok := forges.ByKey("sourceforge"); ok {
		t.Error("ByKey returns a forge for an unknown key")
	}
}

// Every forge refuses a webhook without a signature, also if a secret is empty.
func TestWebhooksRequireSignature(t *testing.T) {
	t.Parallel()
	for _, f := range forges.All() {
		if f.Webhooks == nil {
			continue
		}
		for _, secrets := range [][][]byte{nil, {nil}, {[]byte("secret"), nil}} {
			verifier := f.Webhooks(func() [][]byte { return secrets })
			header := http.Header{"Content-Type": {"application/json"}}
			if _, relevant, err := verifier.Verify(header, []byte(`{}`)); !errors.Is(err, forge.ErrSignature) || relevant {
				t.Errorf("%s with secrets %q: got relevant %v, %v, want %v", f.Key, secrets, relevant, err, forge.ErrSignature)
			}
		}
	}
}

func TestFieldsOfStanzasHaveKeys(t *testing.T) {
	t.Parallel()
	for _, f := range forges.All() {
		stanza := reflect.TypeOf(f.Stanza()).Elem()
		for _, field := range reflect.VisibleFields(stanza) {
			if field.Tag.Get("yaml") == "" {
				t.Errorf("%s: field %s has no yaml tag", f.Key, field.Name)
			}
		}
	}
}

// A stanza refuses a secret that is both in a file and in an environment variable.
func TestStanzaRefusesSecretInTwoPlaces(t *testing.T) {
	t.Parallel()
	for _, f := range forges.All() {
		if f.Webhooks == nil {
			continue
		}
		for file, env := range map[string]string{"tokenFile": "tokenEnv", "webhookSecretFile": "webhookSecretEnv"} {
			stanza := f.Stanza()
			if err := yaml.Unmarshal([]byte(file+": /a\n"+env+": B\n"), stanza); err != nil {
				t.Errorf("%s: the stanza does not decode: %v", f.Key, err)
			}
			refused := false
			stanza.Check(func(_, format string, args ...any) {
				text := fmt.Sprintf(format, args...)
				refused = refused || strings.Contains(text, "more than one key is set: keep "+file) && strings.Contains(text, env)
			})
			if !refused {
				t.Errorf("%s accepts both %s and %s", f.Key, file, env)
			}
		}
	}
}

// A token for https is not sent to the API without TLS, or to the API of another server.
func TestRecognizeRefusesOtherAPIs(t *testing.T) {
	t.Setenv("GITHUB_SERVER_URL", "https://127.0.0.1:1")
	page := &url.URL{Scheme: "https", Host: "127.0.0.1:1", Path: "/acme/shop"}
	for api, want := range map[string]bool{
		"https://127.0.0.1:1/api/v3": true,
		"http://127.0.0.1:1/api/v3":  false,
		"https://127.0.0.1:2/api/v3": false,
		"https://127.0.0.2:1/api/v3": false,
	} {
		t.Setenv("GITHUB_API_URL", api)
		if _, _, got := forges.Recognize(t.Context(), page, forge.Access{}); got != want {
			t.Errorf("%s: got recognized %t, want %t", api, got, want)
		}
	}
}

func TestRecognize(t *testing.T) {
	for name, value := range map[string]string{"GITHUB_SERVER_URL": "https://ghe.acme.dev", "GITHUB_API_URL": "https://ghe.acme.dev/api/v3"} {
		t.Setenv(name, value)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "" {
			t.Errorf("%s: the request has credentials", r.URL)
		}
		switch r.URL.Path {
		case "/api/v1/version", "/forge/api/v1/version":
			_, _ = io.WriteString(w, `{"version":"9.0.0+gitea-1.22.0"}`)
		case "/html/api/v1/version":
			_, _ = io.WriteString(w, "<html>")
		case "/other/api/v1/version":
			_, _ = io.WriteString(w, `{"build":1}`)
		case "/moved/api/v1/version":
			http.Redirect(w, r, "/api/v1/version", http.StatusFound)
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	}))
	t.Cleanup(server.Close)
	access := forge.Access{TokenEnv: "TOKEN"}
	for page, want := range map[string]any{
		"https://github.com/acme/shop.git":        &github.Stanza{Owner: "acme", Repo: "shop", Access: access},
		"https://github.com/acme/shop/":           &github.Stanza{Owner: "acme", Repo: "shop", Access: access},
		"https://ghe.acme.dev/acme/shop":          &github.Stanza{Owner: "acme", Repo: "shop", APIURL: "https://ghe.acme.dev/api/v3", Access: access},
		"https://github.com/acme/web/shop":        nil,
		"https://github.com/acme":                 nil,
		"https://codeberg.org/acme/shop.git":      &gitea.Stanza{URL: "https://codeberg.org", Owner: "acme", Repo: "shop", Access: access},
		server.URL + "/acme/shop.git":             &gitea.Stanza{URL: server.URL, Owner: "acme", Repo: "shop", Access: access},
		server.URL + "/forge/acme/shop":           &gitea.Stanza{URL: server.URL + "/forge", Owner: "acme", Repo: "shop", Access: access},
		server.URL + "/html/acme/shop":            nil,
		server.URL + "/other/acme/shop":           nil,
		server.URL + "/moved/acme/shop":           nil,
		server.URL + "/nothing/acme/shop":         nil,
		server.URL + "/shop.git":                  nil,
		"http://127.0.0.1:1/acme/shop":            nil,
		"https://gitea.com/acme/group/shop space": nil,
	} {
		u, err := url.Parse(page)
		if err != nil {
			t.Fatal(err)
		}
		f, got, ok := forges.Recognize(t.Context(), u, access)
		if ok != (want != nil) || ok && !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %s %+v, want %+v", page, f.Key, got, want)
		}
		if ok {
			got.Check(func(key, format string, args ...any) {
				t.Errorf("%s: %s: "+format, append([]any{page, key}, args...)...)
			})
		}
	}
}
