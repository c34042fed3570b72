package forge

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/limit"
)

// bodyGuard reads each body to its end before it passes it on, so that a body that
// is cut off, too long or of the wrong kind is an error and never a shorter answer. A
// JSON decoder on a stream would stop after the first value, and take an empty body
// for an empty list.
type bodyGuard struct {
	next http.RoundTripper
	max  int64
}

func (g bodyGuard) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := g.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	body, err := limit.ReadAll(resp.Body, g.max)
	_ = resp.Body.Close() // read to its end or given up; nothing follows from this error
	switch {
	case errors.Is(err, limit.ErrTooLarge):
		return nil, Incomplete("the answer is over %d bytes", g.max)
	case err != nil:
		return nil, fmt.Errorf("%w: the answer broke off: %w", generator.ErrIncomplete, err)
	}
	if resp.StatusCode/100 == 2 {
		if err := sound(r, resp, body); err != nil {
			return nil, fmt.Errorf("%w: %w", generator.ErrIncomplete, err)
		}
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	resp.ContentLength = int64(len(body))
	return resp, nil
}

// sound returns why a success can't be used.
func sound(r *http.Request, resp *http.Response, body []byte) error {
	if r.Method == http.MethodGet && resp.StatusCode != http.StatusOK {
		return fmt.Errorf("unexpected status %d", resp.StatusCode)
	}
	media, _, err := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	if err != nil || media != "application/json" && !strings.HasSuffix(media, "+json") {
		return fmt.Errorf("the answer is not JSON but %q", media)
	}
	if !jsontext.Value(body).IsValid(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)) {
		return errors.New("the answer is not valid JSON")
	}
	if r.Method != http.MethodGet && !bytes.HasPrefix(bytes.TrimSpace(body), []byte("{")) {
		return errors.New("the answer is not an object") // a client may take null for one
	}
	return nil
}

// Decode reads the JSON of an answer into value. Names match exactly, of a name that
// comes twice the last counts, and invalid UTF-8 is refused. The error is
// generator.ErrIncomplete.
//
// The library is the one that encoding/json/v2 is developed in. With encoding/json a
// cold start on GitHub misses its goal: see docs/performance.md.
func Decode(body []byte, value any) error {
	if err := json.Unmarshal(body, value, jsontext.AllowDuplicateNames(true)); err != nil {
		return wrongForm(err)
	}
	return nil
}
