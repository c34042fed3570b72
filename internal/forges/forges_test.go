package forges_test

import (
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/forge"
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

func TestSuggest(t *testing.T) {
	t.Parallel()
	for want, r := range map[string]generator.Repository{
		`github: {owner: "acme", repo: "shop"}`: {ForgeHost: "github.com", Organization: "acme", Name: "shop"},
		"":                                      {ForgeHost: "git.acme.dev", Organization: "acme", Name: "shop"},
	} {
		if got := forges.Suggest(r); got != want {
			t.Errorf("%s: got %q, want %q", r.Source(), got, want)
		}
	}
	if got := forges.Suggest(generator.Repository{ForgeHost: "github.com", Organization: "a/b", Name: "shop"}); got != "" {
		t.Errorf("nested groups: got %q, want \"\"", got)
	}
}
