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

// key is the form of a forge's key: a key of YAML and a part of a URL.
var key = regexp.MustCompile(`^[a-z][a-zA-Z0-9]*$`)

func TestRows(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, f := range forges.All() {
		t.Run(f.Key, func(t *testing.T) {
			if !key.MatchString(f.Key) || seen[f.Key] {
				t.Errorf("key %q is of another form, or there twice", f.Key)
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
				t.Error("an empty stanza is no problem")
			}
			if empty.WebhookSecret().Given() || empty.Concerns(forge.Event{ForgeHost: "git.acme.dev", FullName: "acme/shop"}) {
				t.Error("an empty stanza has a webhook")
			}
			if _, err := empty.Open(forge.Options{}); err == nil {
				t.Error("an empty stanza opens a source")
			}
			if f.Stanza() == empty {
				t.Error("two configurations share a stanza")
			}
		})
	}
	if _, ok := forges.ByKey("sourceforge"); ok {
		t.Error("there is a forge of another key")
	}
}

// Every forge refuses a webhook without a signature, also where a secret is empty.
func TestWebhooksWantASignature(t *testing.T) {
	t.Parallel()
	for _, f := range forges.All() {
		if f.Webhooks == nil {
			continue
		}
		for _, secrets := range [][][]byte{nil, {nil}, {[]byte("secret"), nil}} {
			verifier := f.Webhooks(func() [][]byte { return secrets })
			header := http.Header{"Content-Type": {"application/json"}}
			if _, relevant, err := verifier.Verify(header, []byte(`{}`)); !errors.Is(err, forge.ErrSignature) || relevant {
				t.Errorf("%s with secrets %q: relevant %v, %v", f.Key, secrets, relevant, err)
			}
		}
	}
}

// The configuration needs the fields of a stanza by their keys.
func TestStanzasHaveKeys(t *testing.T) {
	t.Parallel()
	for _, f := range forges.All() {
		stanza := reflect.TypeOf(f.Stanza()).Elem()
		for _, field := range reflect.VisibleFields(stanza) {
			if field.Tag.Get("yaml") == "" {
				t.Errorf("%s: field %s has no key", f.Key, field.Name)
			}
		}
	}
}

// A stanza refuses a secret that is in two places.
func TestOnePlaceForASecret(t *testing.T) {
	t.Parallel()
	for _, f := range forges.All() {
		if f.Webhooks == nil {
			continue
		}
		for file, env := range map[string]string{"tokenFile": "tokenEnv", "webhookSecretFile": "webhookSecretEnv"} {
			stanza := f.Stanza()
			if err := yaml.Unmarshal([]byte(file+": /a\n"+env+": B\n"), stanza); err != nil {
				t.Errorf("%s: %v", f.Key, err)
			}
			refused := false
			stanza.Check(func(_, format string, args ...any) {
				text := fmt.Sprintf(format, args...)
				refused = refused || strings.HasPrefix(text, "want only one of "+file+" or "+env)
			})
			if !refused {
				t.Errorf("%s takes both %s and %s", f.Key, file, env)
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
			t.Errorf("%s: %q, want %q", r.Source(), got, want)
		}
	}
	if got := forges.Suggest(generator.Repository{ForgeHost: "github.com", Organization: "a/b", Name: "shop"}); got != "" {
		t.Errorf("a group of groups: %q", got)
	}
}
