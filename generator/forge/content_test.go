package forge_test

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/previewset/previewset/generator/forge"
	"github.com/previewset/previewset/generator/gitea"
	"github.com/previewset/previewset/generator/github"
	"github.com/previewset/previewset/test/fuzzing"
)

// A form has the same payload as for net/url, which copies it several times.
func FuzzFormPayload(f *testing.F) {
	for _, seed := range []string{
		"", "payload=%7B%7D", "payload=%7B%22a%22%3A%221+2%22%7D&x=y", "x=y&payload=1&payload=2", "payload", "payload=", "=1", "&&payload=1&",
		"pay%6Coad=1", "payload=a=b", "payload=%", "payload=%7", "payload=%7g", "x=%zz&payload=1", "payload=1;x=2", "a;b", "+payload=1", "payload=%C3%A9é%00",
	} {
		f.Add(seed)
	}
	judged := fuzzing.Judged(f, 10)
	f.Fuzz(func(t *testing.T, form string) {
		values, parseErr := url.ParseQuery(form)
		got, err := forge.JSONPayload("application/x-www-form-urlencoded", []byte(form))
		if (err != nil) != (parseErr != nil) || err != nil && !errors.Is(err, forge.ErrMalformed) {
			t.Fatalf("%q: got %v, want %v", form, err, parseErr)
		}
		if err != nil {
			return
		}
		judged()
		if string(got) != values.Get("payload") {
			t.Errorf("%q: got %q, want %q", form, got, values.Get("payload"))
		}
	})
}

// A form takes no memory beside its own.
func TestFormIsDecodedInPlace(t *testing.T) {
	body := []byte("payload=" + url.QueryEscape(`{"x":"`+strings.Repeat("é ", 1<<18)+`"}`))
	got := testing.Benchmark(func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			form := append(make([]byte, 0, len(body)), body...)
			if _, err := forge.JSONPayload("application/x-www-form-urlencoded", form); err != nil {
				b.Fatal(err)
			}
		}
	}).AllocedBytesPerOp()
	if most := int64(len(body)) + 64<<10; got > most {
		t.Errorf("got %d bytes for a form of %d bytes and its copy by the test, want at most %d", got, len(body), most)
	}
}

// The largest body of each forge, for each content type and each form of its signature.
func TestMaxBodyOfForges(t *testing.T) {
	t.Parallel()
	const json, form = "application/json", "application/x-www-form-urlencoded"
	digits := strings.Repeat("0123456789abcdef", 4)
	hub, other := github.Webhooks(nil), gitea.Webhooks(nil)
	for _, tt := range []struct {
		name     string
		verifier forge.Verifier
		header   http.Header
		want     int64
		err      error
	}{
		{"GitHub", hub, http.Header{"X-Hub-Signature-256": {"sha256=" + digits}, "Content-Type": {json}}, 25 << 20, nil},
		{"GitHub, form", hub, http.Header{"X-Hub-Signature-256": {"sha256=" + digits}, "Content-Type": {form}}, 8 + 75<<20, nil},
		{"GitHub, type", hub, http.Header{"X-Hub-Signature-256": {"sha256=" + digits}, "Content-Type": {"text/plain"}}, 0, forge.ErrUnsupported},
		{"GitHub, no type", hub, http.Header{"X-Hub-Signature-256": {"sha256=" + digits}}, 0, forge.ErrUnsupported},
		{"GitHub, no prefix", hub, http.Header{"X-Hub-Signature-256": {digits}, "Content-Type": {json}}, 0, forge.ErrSignature},
		{"GitHub, short", hub, http.Header{"X-Hub-Signature-256": {"sha256=" + digits[1:]}, "Content-Type": {json}}, 0, forge.ErrSignature},
		{"GitHub, no digits", hub, http.Header{"X-Hub-Signature-256": {"sha256=x" + digits[1:]}, "Content-Type": {json}}, 0, forge.ErrSignature},
		{"GitHub, unsigned", hub, http.Header{"Content-Type": {json}}, 0, forge.ErrSignature},
		{"Gitea", other, http.Header{"X-Gitea-Signature": {digits}, "Content-Type": {json}}, 25 << 20, nil},
		{"Gitea, form", other, http.Header{"X-Gitea-Signature": {digits}, "Content-Type": {form}}, 8 + 75<<20, nil},
		{"Forgejo", other, http.Header{"X-Forgejo-Signature": {digits}, "X-Gitea-Signature": {digits}, "Content-Type": {json}}, 25 << 20, nil},
		{"Forgejo, one is short", other, http.Header{"X-Forgejo-Signature": {digits}, "X-Gitea-Signature": {digits[1:]}, "Content-Type": {json}}, 0, forge.ErrSignature},
		{"Gitea, three", other, http.Header{"X-Gitea-Signature": {digits, digits, digits}, "Content-Type": {json}}, 0, forge.ErrSignature},
		{"Gitea, unsigned", other, http.Header{"Content-Type": {json}}, 0, forge.ErrSignature},
		{"Gitea, type", other, http.Header{"X-Gitea-Signature": {digits}, "Content-Type": {"text/plain"}}, 0, forge.ErrUnsupported},
	} {
		if got, err := tt.verifier.MaxBody(tt.header); got != tt.want || !errors.Is(err, tt.err) {
			t.Errorf("%s: got %d, %v, want %d, %v", tt.name, got, err, tt.want, tt.err)
		}
	}
}
