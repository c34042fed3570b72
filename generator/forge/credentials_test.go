package forge_test

import (
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/previewset/previewset/generator/forge"
)

// readings returns the credentials that have one value after the other. "" is a failure to
// read them. The last value stays.
func readings(values ...string) func(*forge.Server) {
	next := -1
	return func(s *forge.Server) {
		s.Credentials = forge.Token("Bearer", func() (string, error) {
			next = min(next+1, len(values)-1)
			if values[next] == "" {
				return "", errors.New("no such file")
			}
			return values[next], nil
		})
	}
}

const (
	old   = "canary-old-0123456789"
	other = "canary-other-0123456789"
	newer = "canary-newer-0123456789"
)

func TestRefusedSecretIsReadAgain(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		readings []string
		status   int // of the answer to each token except newer
		header   []string
		sent     []string
		want     string // a part of the error, "" for success
	}{
		"rotated before 401":        {readings: []string{old, newer}, status: 401, sent: []string{old, newer}},
		"rotated before 403":        {readings: []string{old, newer}, status: 403, sent: []string{old, newer}},
		"same before 401":           {readings: []string{old}, status: 401, sent: []string{old}, want: "status 401"},
		"same before 403":           {readings: []string{old}, status: 403, sent: []string{old}, want: "status 403"},
		"rotated to a refused one":  {readings: []string{old, other, newer}, status: 401, sent: []string{old, other}, want: "status 401"},
		"unreadable after 401":      {readings: []string{old, ""}, status: 401, sent: []string{old}, want: "no such file"},
		"rotated before a limit":    {readings: []string{old, newer}, status: 403, header: []string{"Retry-After", "60"}, sent: []string{old}, want: "rate limit"},
		"rotated before 404":        {readings: []string{old, newer}, status: 404, sent: []string{old}, want: "status 404"},
		"rotated before 500":        {readings: []string{old, newer}, status: 500, sent: []string{old}, want: "status 500"},
		"rotated before a redirect": {readings: []string{old, newer}, status: 307, header: []string{"Location", "/x"}, sent: []string{old, newer}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var sent []string
			connection := dial(t, func(r *http.Request) (*http.Response, error) {
				token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
				sent = append(sent, token)
				if token == newer {
					return answer(r, 200, "{}"), nil
				}
				return answer(r, test.status, `{"message":"refused `+token+`"}`, test.header...), nil
			}, forge.Options{}, readings(test.readings...), func(s *forge.Server) { s.Refused = forge.RefusedJSON })
			err := get(t, connection, root)
			if !slices.Equal(sent, test.sent) {
				t.Errorf("got requests with the tokens %q, want %q", sent, test.sent)
			}
			if (err == nil) != (test.want == "") {
				t.Fatalf("got error %v, want %q", err, test.want)
			}
			if err == nil {
				return
			}
			text := connection.Failure("list", errors.New(err.Error()+" "+old)).Error()
			if !strings.Contains(text, test.want) || strings.Contains(text, "canary") {
				t.Errorf("got %q, want %q without a token", text, test.want)
			}
		})
	}
}

// A request is repeated with its complete body, or not at all.
func TestRepeatedRequestHasItsBody(t *testing.T) {
	t.Parallel()
	const text = `{"body":"text"}`
	for name, test := range map[string]struct {
		body io.Reader
		want []string
	}{
		"body in memory": {strings.NewReader(text), []string{old + " " + text, newer + " " + text}},
		"stream":         {io.NopCloser(strings.NewReader(text)), []string{old + " " + text}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			connection := dial(t, func(r *http.Request) (*http.Response, error) {
				body, err := io.ReadAll(r.Body)
				token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
				got = append(got, token+" "+string(body))
				if token == newer {
					return answer(r, 201, "{}"), err
				}
				return answer(r, 401, "{}"), err
			}, forge.Options{}, readings(old, newer))
			r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, root, test.body)
			if err != nil {
				t.Fatal(err)
			}
			resp, err := connection.Client.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			_ = resp.Body.Close()
			if !slices.Equal(got, test.want) {
				t.Errorf("got requests %q, want %q", got, test.want)
			}
		})
	}
}
