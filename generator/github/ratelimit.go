package github

import (
	"bytes"
	"cmp"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/previewset/previewset/generator/forge"
)

// report passes the primary limit that an answer names on to onRate. It cuts a reset
// that lies too far ahead to forge.MaxWait, also in the header: go-github would
// refuse to send anything until then.
func report(h http.Header, now time.Time, onRate func(resource string, remaining, limit int, reset time.Time)) {
	remaining, err := strconv.Atoi(h.Get("X-RateLimit-Remaining"))
	if err != nil {
		return
	}
	limit, _ := strconv.Atoi(h.Get("X-RateLimit-Limit"))
	reset, ok := resetOf(h)
	if ok && reset.After(now.Add(forge.MaxWait)) {
		reset = now.Add(forge.MaxWait)
		h.Set("X-RateLimit-Reset", strconv.FormatInt(reset.Unix(), 10))
	}
	if onRate != nil {
		onRate(cmp.Or(h.Get("X-RateLimit-Resource"), "core"), remaining, limit, reset)
	}
}

func resetOf(h http.Header) (time.Time, bool) {
	seconds, err := strconv.ParseInt(h.Get("X-RateLimit-Reset"), 10, 64)
	if err != nil || seconds <= 0 {
		return time.Time{}, false
	}
	return time.Unix(seconds, 0), true
}

// limitOf reports whether an answer is a rate limit, and how long to wait. The order
// of the headers is GitHub's rule, and so is the minute for a limit without a time.
// https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit
func limitOf(resp *http.Response, now time.Time) (time.Duration, bool) {
	if resp.StatusCode != http.StatusForbidden && resp.StatusCode != http.StatusTooManyRequests {
		return 0, false
	}
	if after := resp.Header.Get("Retry-After"); after != "" {
		return forge.RetryAfter(after, now), true
	}
	if resp.Header.Get("X-RateLimit-Remaining") == "0" {
		if reset, ok := resetOf(resp.Header); ok {
			return reset.Sub(now), true
		}
		return forge.UnknownWait, true
	}
	return forge.UnknownWait, resp.StatusCode == http.StatusTooManyRequests || saysSecondary(resp)
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
