package github_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/forge"
	"github.com/previewset/previewset/generator/github"
)

// rateTransport answers the request for the repository with a header.
type rateTransport struct{ header http.Header }

func (t rateTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	h := t.header.Clone()
	h.Set("Content-Type", "application/json")
	const body = `{"id":1,"clone_url":"https://github.com/acme/shop.git","html_url":"https://github.com/acme/shop","default_branch":"main"}`
	return &http.Response{StatusCode: http.StatusOK, Request: r, Header: h, Body: io.NopCloser(strings.NewReader(body))}, nil
}

// OnRate gets the numbers of the header of a response, and is not called without the header.
func TestOnRateGetsHeader(t *testing.T) {
	t.Parallel()
	type rate struct {
		resource         string
		remaining, limit int
	}
	for name, test := range map[string]struct {
		header []string
		want   []rate
	}{
		"complete":         {[]string{"Remaining", "41", "Limit", "60", "Resource", "core"}, []rate{{"core", 41, 60}}},
		"another resource": {[]string{"Remaining", "9", "Limit", "30", "Resource", "search"}, []rate{{"search", 9, 30}}},
		"no resource":      {[]string{"Remaining", "41", "Limit", "60"}, []rate{{"core", 41, 60}}},
		"last call":        {[]string{"Remaining", "0", "Limit", "60"}, []rate{{"core", 0, 60}}},
		"no limit":         {[]string{"Remaining", "41"}, []rate{{"core", 41, 0}}},
		"nothing":          {nil, nil},
		"limit alone":      {[]string{"Limit", "60"}, nil},
		"not a number":     {[]string{"Remaining", "many", "Limit", "60"}, nil},
	} {
		header := http.Header{}
		for i := 0; i+1 < len(test.header); i += 2 {
			header.Set("X-RateLimit-"+test.header[i], test.header[i+1])
		}
		var got []rate
		source, err := github.New(github.Options{Owner: "acme", Repo: "shop", Options: forge.Options{
			HTTP: rateTransport{header},
			OnRate: func(resource string, remaining, limit int, _ time.Time) {
				got = append(got, rate{resource, remaining, limit})
			},
		}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := source.List(t.Context(), generator.Query{}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if len(got) != len(test.want) || len(got) > 0 && got[0] != test.want[0] {
			t.Errorf("%s: got %+v, want %+v", name, got, test.want)
		}
	}
}
