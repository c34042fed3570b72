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

// reportRate calls onRate with the primary rate limit in the header of a response. It
// limits the reset time to forge.MaxWait from now, also in the header, because go-github
// refuses to send requests until the reset time in the header.
func reportRate(h http.Header, now time.Time, onRate func(resource string, remaining, limit int, reset time.Time)) {
	remaining, err := strconv.Atoi(h.Get("X-RateLimit-Remaining"))
	if err != nil {
		return
	}
	limit, _ := strconv.Atoi(h.Get("X-RateLimit-Limit"))
	reset, ok := resetTime(h)
	if ok && reset.After(now.Add(forge.MaxWait)) {
		reset = now.Add(forge.MaxWait)
		h.Set("X-RateLimit-Reset", strconv.FormatInt(reset.Unix(), 10))
	}
	if onRate != nil {
		onRate(cmp.Or(h.Get("X-RateLimit-Resource"), "core"), remaining, limit, reset)
	}
}

func resetTime(h http.Header) (time.Time, bool) {
	seconds, err := strconv.ParseInt(h.Get("X-RateLimit-Reset"), 10, 64)
	if err != nil || seconds <= 0 {
		return time.Time{}, false
	}
	return time.Unix(seconds, 0), true
}

// rateLimit reports whether a response is a rate limit, and how long to wait. GitHub
// defines the order in which to check the headers, and the wait of one minute for a rate
// limit without a time.
// https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit
func rateLimit(resp *http.Response, now time.Time) (time.Duration, bool) {
	if resp.StatusCode != http.StatusForbidden && resp.StatusCode != http.StatusTooManyRequests {
		return 0, false
	}
	if after := resp.Header.Get("Retry-After"); after != "" {
		return forge.RetryAfter(after, now), true
	}
	if resp.Header.Get("X-RateLimit-Remaining") == "0" {
		if reset, ok := resetTime(resp.Header); ok {
			return reset.Sub(now), true
		}
		return forge.UnknownWait, true
	}
	return forge.UnknownWait, resp.StatusCode == http.StatusTooManyRequests || isSecondaryLimit(resp)
}

// isSecondaryLimit reports whether the body of a status 403 describes a secondary rate
// limit. Some secondary limits have no other sign. The body is already in memory.
func isSecondaryLimit(resp *http.Response) bool {
	body, err := io.ReadAll(resp.Body)
	resp.Body = io.NopCloser(bytes.NewReader(body))
	var answer struct {
		Message          string `json:"message"`
		DocumentationURL string `json:"documentation_url"`
	}
	if err != nil || json.Unmarshal(body, &answer) != nil {
		return false
	}
	return strings.HasSuffix(answer.DocumentationURL, "secondary-rate-limits") ||
		strings.HasSuffix(answer.DocumentationURL, "#abuse-rate-limits") ||
		strings.Contains(answer.Message, "secondary rate limit")
}
