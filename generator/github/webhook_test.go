package github_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/forge"
	"github.com/previewset/previewset/generator/github"
	githubtest "github.com/previewset/previewset/test/fake/github"
	"github.com/previewset/previewset/test/fuzzing"
)

const secret = "It's a Secret to Everybody"

func secrets(all ...string) func() [][]byte {
	return func() [][]byte {
		var list [][]byte
		for _, s := range all {
			list = append(list, []byte(s))
		}
		return list
	}
}

func sign(body []byte, secret string) string {
	return githubtest.Webhook(secret, "", body).Get("X-Hub-Signature-256")
}

func headers(event string, body []byte) http.Header {
	return githubtest.Webhook(secret, event, body)
}

type example struct {
	Event   string          `json:"event"`
	Payload json.RawMessage `json:"payload"`
}

func examples(t testing.TB, name string) []example {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	var all []example
	if err := json.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

// The test lists the events and actions that are relevant and those that are not. It fails
// if an example is in neither list.
func TestVerifyAcceptsExamples(t *testing.T) {
	relevant := strings.Fields(`create delete push
		label/deleted label/edited
		pull_request/opened pull_request/closed pull_request/converted_to_draft pull_request/labeled
		pull_request/ready_for_review pull_request/reopened pull_request/synchronize pull_request/unlabeled
		repository/publicized repository/created repository/edited repository/privatized repository/renamed
		repository/transferred repository/deleted`)
	irrelevant := strings.Fields(`ping star/created star/deleted issues/opened label/created
		pull_request/assigned pull_request/unassigned pull_request/locked pull_request/unlocked
		pull_request/review_requested pull_request/review_request_removed`)
	verifier := github.Webhooks(secrets(secret))
	for _, file := range []string{"webhooks.json", "webhooks_ghes.json"} {
		for _, e := range examples(t, file) {
			var payload struct {
				Action     string
				Repository struct {
					FullName string `json:"full_name"`
					HTMLURL  string `json:"html_url"`
				}
			}
			if err := json.Unmarshal(e.Payload, &payload); err != nil {
				t.Fatal(err)
			}
			name := e.Event
			if payload.Action != "" {
				name += "/" + payload.Action
			}
			want := slices.Contains(relevant, name)
			if !want && !slices.Contains(irrelevant, name) {
				t.Errorf("%s: %s is neither in relevant nor in irrelevant", file, name)
			}
			event, got, err := verifier.Verify(headers(e.Event, e.Payload), e.Payload)
			if err != nil || got != want {
				t.Errorf("%s: %s: got relevant %v, %v; want %v", file, name, got, err, want)
			}
			page, _ := url.Parse(payload.Repository.HTMLURL)
			if want && (event.FullName != payload.Repository.FullName || event.ForgeHost != page.Host || page.Host == "") {
				t.Errorf("%s: %s: got %+v, want the repository of %+v", file, name, event, payload)
			}
		}
	}
}

// The announcement of every relevant example. The examples have tags, but no branches.
func TestAnnouncementsOfExamples(t *testing.T) {
	pull, vague := generator.Key{Kind: generator.PullRequest, Number: 2}, forge.Announcement{Vague: true}
	for _, file := range []struct{ name, head string }{
		{"webhooks.json", "ec26c3e57ca3a959ca5aad62de7213c562f8c821"}, {"webhooks_ghes.json", "14977a7b5485400124827221a04bfb474bcd72d1"},
	} {
		open := forge.Announcement{Key: pull, HeadSHA: file.head}
		edited, labeled, unlabeled := open, open, open
		edited.Vague, labeled.Labeled, unlabeled.Unlabeled = true, "bug", "bug"
		want := map[string]forge.Announcement{
			"create": {}, "delete": {}, "push": {},
			"pull_request/opened": open, "pull_request/reopened": open, "pull_request/synchronize": open,
			"pull_request/closed":  {Key: pull, Ended: true},
			"pull_request/labeled": labeled, "pull_request/unlabeled": unlabeled,
			"pull_request/converted_to_draft": edited, "pull_request/ready_for_review": edited,
		}
		for _, e := range examples(t, file.name) {
			var payload struct {
				Action     string
				Repository struct{ ID json.Number }
			}
			if err := json.Unmarshal(e.Payload, &payload); err != nil {
				t.Fatal(err)
			}
			event, relevant, err := github.Webhooks(secrets(secret)).Verify(headers(e.Event, e.Payload), e.Payload)
			if err != nil || !relevant {
				continue // TestVerifyAcceptsExamples checks it
			}
			name := strings.TrimSuffix(e.Event+"/"+payload.Action, "/")
			announced, listed := want[name]
			if !listed {
				announced = vague
			}
			if event.Announcement != announced || event.RepositoryID != string(payload.Repository.ID) {
				t.Errorf("%s: %s: got %+v of repository %q, want %+v of %q", file.name, name, event.Announcement, event.RepositoryID, announced, payload.Repository.ID)
			}
		}
	}
}

// GitHub publishes no examples of these actions.
func TestRelevanceOfActionsWithoutExamples(t *testing.T) {
	for action, want := range map[string]bool{
		"edited": true, "some_action_of_the_future": true, "": true,
		"auto_merge_enabled": false, "auto_merge_disabled": false, "enqueued": false, "dequeued": false,
		"milestoned": false, "demilestoned": false,
	} {
		body := []byte(`{"action":"` + action + `","repository":{"full_name":"acme/shop","html_url":"https://GHE.acme.dev:8443/acme/shop"}}`)
		event, relevant, err := github.Webhooks(secrets(secret)).Verify(headers("pull_request", body), body)
		if err != nil || relevant != want {
			t.Errorf("%q: got relevant %v, %v; want %v", action, relevant, err, want)
		}
		if want && event != (forge.Event{ForgeHost: "ghe.acme.dev:8443", FullName: "acme/shop", Signer: forge.SecretID([]byte(secret)), Announcement: forge.Announcement{Vague: true}}) {
			t.Errorf("%q: got %+v, want acme/shop on ghe.acme.dev:8443", action, event)
		}
	}
}

// The body, the secret and the signature are the example in GitHub's documentation.
func TestDocumentedSignatureIsValid(t *testing.T) {
	body := []byte("Hello, World!")
	h := headers("ping", body)
	h.Set("X-Hub-Signature-256", "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17")
	if _, _, err := github.Webhooks(secrets(secret)).Verify(h, body); !errors.Is(err, forge.ErrMalformed) {
		t.Errorf("valid signature of a body that is not JSON: got %v, want %v", err, forge.ErrMalformed)
	}
	if _, _, err := github.Webhooks(secrets("other")).Verify(h, body); !errors.Is(err, forge.ErrSignature) {
		t.Errorf("another secret: got %v, want %v", err, forge.ErrSignature)
	}
}

func TestSignatures(t *testing.T) {
	body := []byte(`{"repository":{"full_name":"acme/shop","html_url":"https://github.com/acme/shop"}}`)
	good := sign(body, secret)
	sha1 := "sha1=" + strings.Repeat("0", 40)
	for name, test := range map[string]struct {
		secrets   []string
		signature string
		want      error
	}{
		"good":              {[]string{secret}, good, nil},
		"rotated":           {[]string{"old", "", secret}, good, nil},
		"no secret":         {nil, good, forge.ErrSignature},
		"empty secret":      {[]string{""}, sign(body, ""), forge.ErrSignature},
		"wrong secret":      {[]string{"old"}, good, forge.ErrSignature},
		"no signature":      {[]string{secret}, "", forge.ErrSignature},
		"no prefix":         {[]string{secret}, strings.TrimPrefix(good, "sha256="), forge.ErrSignature},
		"sha1":              {[]string{secret}, sha1, forge.ErrSignature},
		"too short":         {[]string{secret}, good[:len(good)-2], forge.ErrSignature},
		"too long":          {[]string{secret}, good + "00", forge.ErrSignature},
		"not hexadecimal":   {[]string{secret}, good[:len(good)-2] + "zz", forge.ErrSignature},
		"of another body":   {[]string{secret}, sign(append(body, ' '), secret), forge.ErrSignature},
		"prefix alone":      {[]string{secret}, "sha256=", forge.ErrSignature},
		"prefix repeated":   {[]string{secret}, "sha256=" + good, forge.ErrSignature},
		"upper-case digits": {[]string{secret}, "sha256=" + strings.ToUpper(strings.TrimPrefix(good, "sha256=")), nil},
	} {
		h := headers("push", body)
		h.Set("X-Hub-Signature-256", test.signature)
		event, relevant, err := github.Webhooks(secrets(test.secrets...)).Verify(h, body)
		if !errors.Is(err, test.want) || relevant != (test.want == nil) || (event != forge.Event{}) != (test.want == nil) {
			t.Errorf("%s: got %+v, %v, %v; want %v", name, event, relevant, err, test.want)
		}
	}
}

func TestMalformedPayloads(t *testing.T) {
	for name, body := range map[string]string{
		"empty body":          ``,
		"not JSON":            `<html>`,
		"not an object":       `["repository"]`,
		"null":                `null`,
		"two objects":         `{}{}`,
		"no repository":       `{"action":"opened"}`,
		"no name":             `{"repository":{"html_url":"https://github.com/acme/shop"}}`,
		"no page":             `{"repository":{"full_name":"acme/shop"}}`,
		"page without a host": `{"repository":{"full_name":"acme/shop","html_url":"/acme/shop"}}`,
		"page without http":   `{"repository":{"full_name":"acme/shop","html_url":"file://github.com/acme/shop"}}`,
		"name with a newline": `{"repository":{"full_name":"acme/shop\n","html_url":"https://github.com/acme/shop"}}`,
		"three segments":      `{"repository":{"full_name":"acme/shop/x","html_url":"https://github.com/acme/shop"}}`,
		"name is a number":    `{"repository":{"full_name":7,"html_url":"https://github.com/acme/shop"}}`,
	} {
		_, relevant, err := github.Webhooks(secrets(secret)).Verify(headers("push", []byte(body)), []byte(body))
		if !errors.Is(err, forge.ErrMalformed) || relevant {
			t.Errorf("%s: got relevant %v, %v, want %v", name, relevant, err, forge.ErrMalformed)
		}
	}
}

func TestContentTypes(t *testing.T) {
	const data = `{"repository":{"full_name":"acme/shop","html_url":"https://github.com/acme/shop"}}`
	form := url.Values{"payload": {data}}.Encode()
	for name, test := range map[string]struct {
		contentType, body string
		want              error
	}{
		"JSON":             {"application/json; charset=utf-8", data, nil},
		"form":             {"application/x-www-form-urlencoded", form, nil},
		"no payload field": {"application/x-www-form-urlencoded", "x=1", forge.ErrMalformed},
		"malformed form":   {"application/x-www-form-urlencoded", "payload=%zz", forge.ErrMalformed},
		"no content type":  {"", data, forge.ErrUnsupported},
		"text":             {"text/plain", data, forge.ErrUnsupported},
	} {
		h := headers("push", []byte(test.body))
		h.Set("Content-Type", test.contentType)
		event, _, err := github.Webhooks(secrets(secret)).Verify(h, []byte(test.body))
		if !errors.Is(err, test.want) || test.want == nil && event.FullName != "acme/shop" {
			t.Errorf("%s: got %+v, %v; want %v", name, event, err, test.want)
		}
	}
}

func TestMissingEventNameIsMalformed(t *testing.T) {
	body := []byte(`{}`)
	h := headers("", body)
	h.Del("X-GitHub-Event")
	if _, _, err := github.Webhooks(secrets(secret)).Verify(h, body); !errors.Is(err, forge.ErrMalformed) {
		t.Errorf("got %v, want %v", err, forge.ErrMalformed)
	}
}

// FuzzGitHub verifies signed bodies. The result is an error, or a host and a name that are
// safe to compare and to log.
func FuzzGitHub(f *testing.F) {
	for _, e := range examples(f, "webhooks.json") {
		f.Add(e.Event, "application/json", []byte(e.Payload))
	}
	f.Add("push", "application/x-www-form-urlencoded", []byte("payload=%7B%7D"))
	verifier := github.Webhooks(secrets(secret))
	judged := fuzzing.Judged(f, 19)
	f.Fuzz(func(t *testing.T, event, contentType string, body []byte) {
		h := headers(event, body)
		h.Set("Content-Type", contentType)
		got, relevant, err := verifier.Verify(h, body)
		if err != nil && (relevant || got != forge.Event{}) {
			t.Errorf("got %+v, %v with error %v", got, relevant, err)
		}
		if relevant {
			judged()
		}
		if relevant == (got == forge.Event{}) {
			t.Errorf("got relevant %v with event %+v", relevant, got)
		}
		if k := got.Key; k.Kind == generator.PullRequest && k.Number <= 0 || k.Kind == generator.Branch && k.Branch == "" || got.HeadSHA != "" && (got.Ended || !generator.IsCommit(got.HeadSHA)) {
			t.Errorf("got announcement %+v", got.Announcement)
		}
		if relevant && (strings.Count(got.FullName, "/") != 1 || strings.ContainsAny(got.ForgeHost+got.FullName, " \n\r\t\x00") || got.ForgeHost == "") {
			t.Errorf("got %q and %q, want a host and owner/name", got.ForgeHost, got.FullName)
		}
		h.Set("X-Hub-Signature-256", sign(body, "another secret"))
		if _, _, err := verifier.Verify(h, body); !errors.Is(err, forge.ErrSignature) {
			t.Errorf("another secret: got %v, want %v", err, forge.ErrSignature)
		}
	})
}
