package gitea_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/gitea"
	giteatest "github.com/previewset/previewset/test/fake/gitea"
)

const forksID = "6"

func labelHead(t *testing.T, s *giteatest.Server, number int64, change ...func(*gitea.Options)) (string, error) {
	t.Helper()
	source := open(t, s, append([]func(*gitea.Options){repo("forks")}, change...)...)
	return source.LabelHead(t.Context(), forksID, generator.Key{Kind: generator.PullRequest, Number: number}, "safe")
}

// The numbers are those of the stories in test/fake/gitea/testdata/record/timelines.go.
func TestTimelineProvesTheHeadAtTheLabel(t *testing.T) {
	t.Parallel()
	s := giteatest.NewTimelines(t)
	for number, test := range map[int64]struct{ name, want string }{
		1:  {"label", "2443591202de921932eeb9fcc710db88f8a72306"},
		2:  {"push before, and another label and a comment after", "bb884e1242cf2500e72acf5ca68071dd1a9b1f24"},
		3:  {"pushes after", "279cccfd4f2c3e30fbbac7109eab3b38f1de7d4b"},
		4:  {"force push after", ""},
		5:  {"force push before, push after", "95c9505e95df08565382e9a441016fe81a381ac1"},
		6:  {"label removed", ""},
		7:  {"label set again after a push", "71ec4d3d1f107167eb5e41845c4a82d715debeef"},
		8:  {"push while closed", ""},
		9:  {"target branch changed before", "8e9d47b26706c02c4811cd906ffdbb9085ef46c8"},
		10: {"target branch changed after", ""},
		11: {"force push after to a commit before", ""},
		12: {"agit, push after", "3ad7cb46e3c34ae8c41e66b0d28737424bc1f366"},
	} {
		if got, err := labelHead(t, s, number); err != nil || got != test.want {
			t.Errorf("pull request %d, %s: got %q, %v, want %q", number, test.name, got, err, test.want)
		}
	}
}

func TestTimelineNeedsTheScopeForIssues(t *testing.T) {
	t.Parallel()
	got, err := labelHead(t, giteatest.NewTimelines(t), 1, token(giteatest.NarrowToken))
	if got != "" || !errors.Is(err, generator.ErrUnauthorized) {
		t.Errorf("got %q, %v, want %v", got, err, generator.ErrUnauthorized)
	}
}

func TestTimelineInDoubtProvesNothing(t *testing.T) {
	t.Parallel()
	replace := func(old, replacement string) func(s *giteatest.Server) http.HandlerFunc {
		return func(s *giteatest.Server) http.HandlerFunc {
			return edited(s, func(a *giteatest.Answer) {
				if !strings.Contains(a.Body, old) {
					t.Errorf("the recorded answer lacks %q", old)
				}
				a.Body = strings.Replace(a.Body, old, replacement, 1)
			})
		}
	}
	status := func(status int, text string) func(*giteatest.Server) http.HandlerFunc {
		return func(*giteatest.Server) http.HandlerFunc { return respond(status, "application/json", text) }
	}
	for name, answer := range map[string]func(*giteatest.Server) http.HandlerFunc{
		"no entries":          status(http.StatusOK, "null"),
		"no list":             status(http.StatusOK, `{"a": 1}`),
		"not JSON":            status(http.StatusOK, "<html>"),
		"not found":           status(http.StatusNotFound, `{"message": "no"}`),
		"server error":        status(http.StatusInternalServerError, `{"message": "no"}`),
		"unknown type":        replace(`"type":"pull_push"`, `"type":"pull_push_v2"`),
		"label without name":  replace(`"label":{`, `"other":{`),
		"unknown action":      replace(`"body":"1"`, `"body":"2"`),
		"abbreviated commit":  replace(`2443591202de921932eeb9fcc710db88f8a72306\"`, `2443591202\"`),
		"push without commit": replace(`\"commit_ids\":[\"2443591202de921932eeb9fcc710db88f8a72306\"]`, `\"commit_ids\":[]`),
		"push without JSON":   replace(`{\"is_force_push`, `\"is_force_push`),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := giteatest.NewTimelines(t)
			s.Fault(fault("/timeline", "1", answer(s)))
			if got, err := labelHead(t, s, 1); got != "" {
				t.Errorf("got %q, %v, want no commit", got, err)
			}
		})
	}
}

func TestTimelineWithoutAnEndIsAnError(t *testing.T) {
	t.Parallel()
	s := giteatest.NewTimelines(t)
	s.Fault(fault("/timeline", "", respond(http.StatusOK, "application/json", `[{"type": "comment"}]`)))
	if got, err := labelHead(t, s, 1); got != "" || !errors.Is(err, generator.ErrIncomplete) {
		t.Errorf("got %q, %v, want %v", got, err, generator.ErrIncomplete)
	}
}
