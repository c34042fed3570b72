package forge_test

import (
	"strings"
	"testing"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/forge"
)

func TestEventsHaveTheTimeOfThePullRequest(t *testing.T) {
	t.Parallel()
	for updated, want := range map[string]time.Time{
		`"2026-03-01T12:00:05Z"`: time.Date(2026, 3, 1, 12, 0, 5, 0, time.UTC), `"yesterday"`: {}, `7`: {}, `null`: {},
	} {
		payload := `{"action":"labeled","pull_request":{"number":7,"updated_at":` + updated + `},"repository":{"full_name":"acme/shop","html_url":"https://github.com/acme/shop"}}`
		event, _, err := forge.ReadPayload("pull_request", []byte(payload), func(string) bool { return true })
		if err != nil || !event.At.Equal(want) || event.Key.Number != 7 {
			t.Errorf("%s: got %+v, %v, want the time %s", updated, event, err, want)
		}
	}
}

func TestAnnouncements(t *testing.T) {
	t.Parallel()
	head, zeros := strings.Repeat("a", 40), strings.Repeat("0", 40)
	pull := generator.Key{Kind: generator.PullRequest, Number: 7}
	branch := generator.Key{Kind: generator.Branch, Branch: "a/b"}
	vague := forge.Announcement{Vague: true}
	for name, test := range map[string]struct {
		event, fields string
		want          forge.Announcement
	}{
		"push":                          {"push", `"ref":"refs/heads/a/b","after":"` + head + `"`, forge.Announcement{Key: branch, HeadSHA: head}},
		"push without a head":           {"push", `"ref":"refs/heads/a/b"`, forge.Announcement{Key: branch}},
		"push that deletes":             {"push", `"ref":"refs/heads/a/b","after":"` + zeros + `","deleted":true`, forge.Announcement{Key: branch, Ended: true}},
		"push to zeros":                 {"push", `"ref":"refs/heads/a/b","after":"` + zeros + `"`, forge.Announcement{Key: branch, Ended: true}},
		"push of a tag":                 {"push", `"ref":"refs/tags/v1","after":"` + head + `"`, forge.Announcement{}},
		"push without a ref":            {"push", `"after":"` + head + `"`, vague},
		"push without a branch":         {"push", `"ref":"refs/heads/"`, vague},
		"branch created":                {"create", `"ref":"a/b","ref_type":"branch"`, forge.Announcement{Key: branch}},
		"branch deleted":                {"delete", `"ref":"a/b","ref_type":"branch"`, forge.Announcement{Key: branch, Ended: true}},
		"tag created":                   {"create", `"ref":"v1","ref_type":"tag"`, forge.Announcement{}},
		"something created":             {"create", `"ref":"a/b"`, vague},
		"pull request opened":           {"pull_request", `"action":"opened","number":7,"pull_request":{"number":7,"state":"open","head":{"sha":"` + head + `"}}`, forge.Announcement{Key: pull, HeadSHA: head}},
		"pull request without a number": {"pull_request", `"action":"opened","pull_request":{"state":"open"}`, vague},
		"without the pull request":      {"pull_request", `"action":"opened","number":7`, forge.Announcement{Key: pull}},
		"new head, without a head":      {"pull_request", `"action":"synchronize","number":7`, forge.Announcement{Key: pull, Vague: true}},
		"pull request closed":           {"pull_request", `"action":"closed","number":7,"pull_request":{"head":{"sha":"` + head + `"}}`, forge.Announcement{Key: pull, Ended: true}},
		"closed pull request edited":    {"pull_request", `"action":"edited","pull_request":{"number":7,"state":"closed"}`, forge.Announcement{Key: pull, Ended: true}},
		"labeled":                       {"pull_request", `"action":"labeled","number":7,"label":{"name":"safe"},"pull_request":{"head":{"sha":"` + head + `"}}`, forge.Announcement{Key: pull, HeadSHA: head, Labeled: "safe"}},
		"labeled without a label":       {"pull_request", `"action":"labeled","number":7,"label":null`, forge.Announcement{Key: pull, Vague: true}},
		"unlabeled":                     {"pull_request", `"action":"unlabeled","number":7,"label":{"name":"safe"}`, forge.Announcement{Key: pull, Unlabeled: "safe"}},
		"labels of Gitea":               {"pull_request", `"action":"label_updated","number":7`, forge.Announcement{Key: pull, Vague: true}},
		"unknown action":                {"pull_request", `"action":"new","number":7`, forge.Announcement{Key: pull, Vague: true}},
		"unknown event":                 {"repository", `"action":"edited"`, vague},
		"short hash":                    {"pull_request", `"action":"opened","number":7,"pull_request":{"head":{"sha":"aaaa"}}`, forge.Announcement{Key: pull}},
		"types":                         {"pull_request", `"action":"opened","number":"7","pull_request":[],"label":{"name":1},"deleted":"yes"`, vague},
		"large number":                  {"pull_request", `"action":"opened","number":1e300`, vague},
	} {
		body := `{` + test.fields + `,"repository":{"full_name":"acme/shop","html_url":"https://git.acme.dev/acme/shop"}}`
		event, relevant, err := forge.ReadPayload(test.event, []byte(body), func(string) bool { return true })
		if err != nil || !relevant || event.Announcement != test.want {
			t.Errorf("%s: got %+v, %v, want %+v", name, event.Announcement, err, test.want)
		}
	}
}

// An ID that is no positive number counts as missing.
func TestRepositoryIDOfEvents(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]string{
		`7`: "7", `9007199254740993`: "9007199254740993", `0`: "", `-1`: "", `"7"`: "", `null`: "", `7.5`: "", `[7]`: "", `1e300`: "",
	} {
		body := `{"repository":{"id":` + id + `,"full_name":"acme/shop","html_url":"https://git.acme.dev/acme/shop"}}`
		event, _, err := forge.ReadPayload("push", []byte(body), func(string) bool { return true })
		if err != nil || event.RepositoryID != want || event.FullName != "acme/shop" {
			t.Errorf("%s: got %+v, %v, want id %q of acme/shop", id, event, err, want)
		}
	}
}
