package github

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/previewset/previewset/internal/rest"
)

// tell reports the primary limit that an answer names. It takes a reset that
// lies too far ahead back to rest.MaxWait, also for go-github, which would
// refuse to go on until then.
func (o Options) tell(h http.Header, now time.Time) {
	remaining, err := strconv.Atoi(h.Get("X-RateLimit-Remaining"))
	if err != nil {
		return
	}
	limit, _ := strconv.Atoi(h.Get("X-RateLimit-Limit"))
	reset, ok := resetOf(h)
	if ok && reset.After(now.Add(rest.MaxWait)) {
		reset = now.Add(rest.MaxWait)
		h.Set("X-RateLimit-Reset", strconv.FormatInt(reset.Unix(), 10))
	}
	resource := h.Get("X-RateLimit-Resource")
	if resource == "" {
		resource = "core"
	}
	if o.OnRate != nil {
		o.OnRate(resource, remaining, limit, reset)
	}
}

func resetOf(h http.Header) (time.Time, bool) {
	seconds, err := strconv.ParseInt(h.Get("X-RateLimit-Reset"), 10, 64)
	if err != nil || seconds <= 0 {
		return time.Time{}, false
	}
	return time.Unix(seconds, 0), true
}

// limitOf reports whether an answer is a rate limit, and how long to wait.
// Which header counts first is GitHub's rule, and so is the minute where no time
// is told.
// https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit
func limitOf(resp *http.Response, now time.Time) (time.Duration, bool) {
	if resp.StatusCode != http.StatusForbidden && resp.StatusCode != http.StatusTooManyRequests {
		return 0, false
	}
	if after := resp.Header.Get("Retry-After"); after != "" {
		return rest.RetryAfter(after, now), true
	}
	if resp.Header.Get("X-RateLimit-Remaining") == "0" {
		if reset, ok := resetOf(resp.Header); ok {
			return reset.Sub(now), true
		}
		return rest.UnknownWait, true
	}
	return rest.UnknownWait, resp.StatusCode == http.StatusTooManyRequests || saysSecondary(resp)
}

// saysSecondary reads the body of a 403, which is in memory, for the only trace
// that some secondary limits leave.
func saysSecondary(resp *http.Response) bool {
	body, err := io.ReadAll(resp.Body)
	resp.Body = io.NopCloser(bytes.NewReader(body))
	var said struct {
		Message          string `json:"message"`
		DocumentationURL string `json:"documentation_url"`
	}
	if err != nil || json.Unmarshal(body, &said) != nil {
		return false
	}
	return strings.HasSuffix(said.DocumentationURL, "secondary-rate-limits") ||
		strings.HasSuffix(said.DocumentationURL, "#abuse-rate-limits") ||
		strings.Contains(said.Message, "secondary rate limit")
}
