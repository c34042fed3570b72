package gitea_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/forge"
	"github.com/previewset/previewset/generator/gitea"
	giteatest "github.com/previewset/previewset/test/fake/gitea"
	"github.com/previewset/previewset/test/fuzzing"
)

// delivery is a webhook that was recorded from Gitea.
type delivery struct {
	Header map[string]string `json:"header"`
	Body   string            `json:"body"`
}

func (d delivery) header() http.Header {
	h := http.Header{}
	for name, value := range d.Header {
		h.Set(name, value)
	}
	return h
}

func deliveries(t testing.TB) []delivery {
	t.Helper()
	data, err := os.ReadFile("testdata/webhooks.json")
	if err != nil {
		t.Fatal(err)
	}
	var all []delivery
	if err := json.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

// payload returns the JSON in a delivery and its name: the event type and the action.
func (d delivery) payload(t testing.TB) (name, data string) {
	t.Helper()
	data = d.Body
	if form, err := url.ParseQuery(d.Body); err == nil && strings.Contains(d.Header["Content-Type"], "form") {
		data = form.Get("payload")
	}
	var decoded struct{ Action string }
	if err := json.Unmarshal([]byte(data), &decoded); err != nil {
		t.Fatal(err)
	}
	name = d.Header["X-Gitea-Event-Type"]
	if decoded.Action != "" {
		name += "/" + decoded.Action
	}
	return name, data
}

// secret is the secret that the recorded deliveries are signed with.
const secret = "It's a Secret to Everybody"

func secrets(all ...string) func() [][]byte {
	return func() (list [][]byte) {
		for _, s := range all {
			list = append(list, []byte(s))
		}
		return list
	}
}

func sign(body []byte, secret string) string {
	return giteatest.Webhook(secret, "", body).Get("X-Gitea-Signature")
}

// signedHeaders returns the headers of a payload that is signed with secret.
func signedHeaders(event, payload string) http.Header {
	return giteatest.Webhook(secret, event, []byte(payload))
}

// The test verifies the recorded deliveries with their own signatures. It lists the events
// and actions that are relevant and those that are not, and fails if a delivery is in
// neither list.
func TestVerifyAcceptsRecordedDeliveries(t *testing.T) {
	relevant := strings.Fields(`create delete push
		pull_request/opened pull_request/closed pull_request/reopened pull_request/edited pull_request_sync/synchronized
		pull_request_label/label_updated pull_request_label/label_cleared`)
	irrelevant := strings.Fields(`fork issues/opened pull_request_comment/created pull_request_review_approved/reviewed
		pull_request_assign/assigned pull_request_assign/unassigned pull_request_milestone/milestoned
		pull_request_review_request/review_requested pull_request_review_request/review_request_removed`)
	seen := map[string]bool{}
	for _, d := range deliveries(t) {
		name, _ := d.payload(t)
		seen[name], seen[d.Header["Content-Type"]] = true, true
		want := slices.Contains(relevant, name)
		if !want && !slices.Contains(irrelevant, name) {
			t.Errorf("%s is neither in relevant nor in irrelevant", name)
		}
		event, got, err := gitea.Webhooks(secrets(secret)).Verify(d.header(), []byte(d.Body))
		if err != nil || got != want {
			t.Errorf("%s: got relevant %v, %v; want %v", name, got, err, want)
		}
		if want && (event.ForgeHost != "gitea.acme.dev" || event.FullName != "acme/shop" && event.FullName != "acme/store") {
			t.Errorf("%s: got %+v, want acme/shop or acme/store on gitea.acme.dev", name, event)
		}
		if _, _, err := gitea.Webhooks(secrets("other")).Verify(d.header(), []byte(d.Body)); !errors.Is(err, forge.ErrSignature) {
			t.Errorf("%s, another secret: got %v, want %v", name, err, forge.ErrSignature)
		}
	}
	for _, name := range slices.Concat(relevant, irrelevant, []string{"application/json", "application/x-www-form-urlencoded"}) {
		if !seen[name] {
			t.Errorf("no recorded delivery has %s", name)
		}
	}
}

// The announcement of every relevant recorded delivery. The labels in a payload are no
// announcement: label_cleared still has the labels.
func TestAnnouncementsOfRecordedDeliveries(t *testing.T) {
	pull := func(number int64, head string) forge.Announcement {
		return forge.Announcement{Key: generator.Key{Kind: generator.PullRequest, Number: number}, HeadSHA: head, Ended: head == ""}
	}
	branch := func(name, head string) forge.Announcement {
		return forge.Announcement{Key: generator.Key{Kind: generator.Branch, Branch: name}, HeadSHA: head}
	}
	edited, labels, deleted := pull(8, "5e4fc6bf"), pull(1, "62cc2733"), branch("change-7", "")
	edited.Vague, labels.Vague, deleted.Ended = true, true, true
	want := map[string][]forge.Announcement{
		"create": {branch("release/1", "")}, "delete": {deleted},
		"push":                             {branch("release/1", "4f97d8ab"), branch("late", "24f2c318")},
		"pull_request/opened":              {pull(1, "62cc2733")},
		"pull_request/reopened":            {pull(8, "5e4fc6bf")},
		"pull_request_sync/synchronized":   {pull(2, "926352f9")},
		"pull_request/closed":              {pull(4, "")},
		"pull_request/edited":              {edited},
		"pull_request_label/label_updated": {labels}, "pull_request_label/label_cleared": {labels},
	}
	for _, d := range deliveries(t) {
		name, _ := d.payload(t)
		event, relevant, err := gitea.Webhooks(secrets(secret)).Verify(d.header(), []byte(d.Body))
		if err != nil || !relevant {
			continue // TestVerifyAcceptsRecordedDeliveries checks it
		}
		got := event.Announcement
		got.HeadSHA = got.HeadSHA[:min(8, len(got.HeadSHA))]
		if !slices.Contains(want[name], got) || event.RepositoryID != "1" {
			t.Errorf("%s: got %+v of repository %q, want one of %+v of repository 1", name, got, event.RepositoryID, want[name])
		}
	}
}

func TestRelevanceOfActionsWithoutRecording(t *testing.T) {
	const repository = `"repository":{"full_name":"acme/shop","html_url":"http://Gitea.acme.dev:3000/git/acme/shop"}`
	for name, want := range map[string]bool{
		"pull_request/some_action_of_the_future": true, "pull_request/deleted": true, "pull_request/": true,
		"pull_request/demilestoned": false, "pull_request_rejected/reviewed": false, "release/published": false,
		"repository/deleted": true,
	} {
		event, action, _ := strings.Cut(name, "/")
		body := `{"action":"` + action + `",` + repository + `}`
		got, relevant, err := gitea.Webhooks(secrets(secret)).Verify(signedHeaders(event, body), []byte(body))
		if err != nil || relevant != want {
			t.Errorf("%s: got relevant %v, %v; want %v", name, relevant, err, want)
		}
		if want && got != (forge.Event{ForgeHost: "gitea.acme.dev:3000", FullName: "acme/shop", Announcement: forge.Announcement{Vague: true}}) {
			t.Errorf("%s: got %+v, want acme/shop on gitea.acme.dev:3000", name, got)
		}
	}
}

func TestVerifyRefusesInvalidWebhooks(t *testing.T) {
	const body = `{"repository":{"full_name":"acme/shop","html_url":"https://gitea.acme.dev/acme/shop"}}`
	good := signedHeaders("push", body)
	for name, test := range map[string]struct {
		secrets []string
		header  string
		value   string
		body    string
		want    error
	}{
		"good":                                 {[]string{"old", "", secret}, "", "", body, nil},
		"no secret":                            {nil, "", "", body, forge.ErrSignature},
		"empty secret":                         {[]string{""}, "X-Gitea-Signature", sign([]byte(body), ""), body, forge.ErrSignature},
		"no signature":                         {[]string{secret}, "X-Gitea-Signature", "", body, forge.ErrSignature},
		"with GitHub's prefix":                 {[]string{secret}, "X-Gitea-Signature", "sha256=" + sign([]byte(body), secret), body, forge.ErrSignature},
		"of another body":                      {[]string{secret}, "", "", body + " ", forge.ErrSignature},
		"JSON with the content type of a form": {[]string{secret}, "Content-Type", "application/x-www-form-urlencoded", body, forge.ErrSignature},
		"other content type":                   {[]string{secret}, "Content-Type", "text/plain", body, forge.ErrUnsupported},
		"no event name":                        {[]string{secret}, "X-Gitea-Event", "", body, forge.ErrMalformed},
		"event that is not relevant":           {[]string{secret}, "X-Gitea-Event", "star", body, nil},
		"truncated body":                       {[]string{secret}, "", "", body[:20], forge.ErrSignature},
	} {
		h := good.Clone()
		h.Set("X-Hub-Signature-256", "sha256="+sign([]byte(body), secret))
		if test.header != "" {
			h.Set(test.header, test.value)
		}
		event, relevant, err := gitea.Webhooks(secrets(test.secrets...)).Verify(h, []byte(test.body))
		if !errors.Is(err, test.want) || err != nil && (relevant || event != forge.Event{}) {
			t.Errorf("%s: got %+v, %v, %v; want %v", name, event, relevant, err, test.want)
		}
	}
}

// Forgejo sends its own headers, and Gitea's as well or not. All that are present must agree.
func TestHeadersOfForgejo(t *testing.T) {
	const body = `{"repository":{"full_name":"acme/shop","html_url":"https://forgejo.acme.dev/acme/shop"}}`
	valid, invalid := sign([]byte(body), secret), sign([]byte(body), "other")
	for name, test := range map[string]struct {
		header   http.Header
		relevant bool
		want     error
	}{
		"Forgejo's":                 {http.Header{"X-Forgejo-Event": {"push"}, "X-Forgejo-Signature": {valid}}, true, nil},
		"both":                      {http.Header{"X-Forgejo-Event": {"push"}, "X-Forgejo-Signature": {valid}, "X-Gitea-Event": {"push"}, "X-Gitea-Signature": {valid}}, true, nil},
		"one of each":               {http.Header{"X-Forgejo-Event": {"push"}, "X-Gitea-Signature": {valid}}, true, nil},
		"not relevant":              {http.Header{"X-Forgejo-Event": {"star"}, "X-Forgejo-Signature": {valid}}, false, nil},
		"invalid":                   {http.Header{"X-Forgejo-Event": {"push"}, "X-Forgejo-Signature": {invalid}}, false, forge.ErrSignature},
		"Gitea's invalid":           {http.Header{"X-Forgejo-Event": {"push"}, "X-Forgejo-Signature": {valid}, "X-Gitea-Signature": {invalid}}, false, forge.ErrSignature},
		"Forgejo's invalid":         {http.Header{"X-Gitea-Event": {"push"}, "X-Gitea-Signature": {valid}, "X-Forgejo-Signature": {invalid}}, false, forge.ErrSignature},
		"Forgejo's empty":           {http.Header{"X-Gitea-Event": {"push"}, "X-Gitea-Signature": {valid}, "X-Forgejo-Signature": {""}}, false, forge.ErrSignature},
		"second invalid":            {http.Header{"X-Forgejo-Event": {"push"}, "X-Forgejo-Signature": {valid, invalid}}, false, forge.ErrSignature},
		"no signature":              {http.Header{"X-Forgejo-Event": {"push"}}, false, forge.ErrSignature},
		"no event":                  {http.Header{"X-Forgejo-Signature": {valid}}, false, forge.ErrMalformed},
		"different events":          {http.Header{"X-Forgejo-Event": {"star"}, "X-Gitea-Event": {"push"}, "X-Forgejo-Signature": {valid}}, false, forge.ErrMalformed},
		"event of Gitea is missing": {http.Header{"X-Forgejo-Event": {"push"}, "X-Gitea-Event": {""}, "X-Forgejo-Signature": {valid}}, false, forge.ErrMalformed},
	} {
		t.Run(name, func(t *testing.T) {
			test.header.Set("Content-Type", "application/json")
			event, relevant, err := gitea.Webhooks(secrets(secret)).Verify(test.header, []byte(body))
			if !errors.Is(err, test.want) || relevant != test.relevant {
				t.Errorf("got %+v, %v, %v; want relevant %v and error %v", event, relevant, err, test.relevant, test.want)
			}
		})
	}
}

// FuzzGitea verifies signed payloads. The result is an error, or a host and a name that are
// safe to compare and to log.
func FuzzGitea(f *testing.F) {
	for _, d := range deliveries(f) {
		_, data := d.payload(f)
		f.Add(d.Header["X-Gitea-Event"], data)
	}
	judged := fuzzing.Judged(f, 11)
	f.Fuzz(func(t *testing.T, name, body string) {
		got, relevant, err := gitea.Webhooks(secrets(secret)).Verify(signedHeaders(name, body), []byte(body))
		if err != nil && (relevant || got != forge.Event{}) {
			t.Errorf("got %+v, %v with error %v", got, relevant, err)
		}
		if relevant {
			judged()
		}
		if k := got.Key; k.Kind == generator.PullRequest && k.Number <= 0 || k.Kind == generator.Branch && k.Branch == "" || got.HeadSHA != "" && (got.Ended || !generator.IsCommit(got.HeadSHA)) {
			t.Errorf("got announcement %+v", got.Announcement)
		}
		if relevant && (strings.Count(got.FullName, "/") != 1 || strings.ContainsAny(got.ForgeHost+got.FullName, " \n\r\t\x00") || got.ForgeHost == "") {
			t.Errorf("got %q and %q, want a host and owner/name", got.ForgeHost, got.FullName)
		}
	})
}
