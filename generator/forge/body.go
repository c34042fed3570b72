package forge

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/limit"
)

// bodyGuard reads each response body completely before it returns the response. A body
// that is truncated, too long or not JSON is an error and never a shorter answer. A
// streaming JSON decoder would stop after the first value, and accept an empty body for
// an empty list.
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
	_ = resp.Body.Close() // the body is read or abandoned, so the error does not matter
	switch {
	case errors.Is(err, limit.ErrTooLarge):
		return nil, Incomplete("the answer exceeds %d bytes", g.max)
	case err != nil:
		return nil, fmt.Errorf("%w: the answer ended early: %w", generator.ErrIncomplete, err)
	}
	if resp.StatusCode/100 == 2 {
		if err := checkSuccess(r, resp, body); err != nil {
			return nil, fmt.Errorf("%w: %w", generator.ErrIncomplete, err)
		}
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	resp.ContentLength = int64(len(body))
	return resp, nil
}

// checkSuccess returns an error if a response with a 2xx status can't be used.
func checkSuccess(r *http.Request, resp *http.Response, body []byte) error {
	switch {
	case r.Method == http.MethodGet && resp.StatusCode != http.StatusOK:
		return fmt.Errorf("unexpected status %d", resp.StatusCode)
	case r.Method == http.MethodDelete && resp.StatusCode == http.StatusNoContent:
		return nil
	}
	media, _, err := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	if err != nil || media != "application/json" && !strings.HasSuffix(media, "+json") {
		return fmt.Errorf("the answer is not JSON but %q", media)
	}
	if !jsontext.Value(body).IsValid(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)) {
		return errors.New("the answer is not valid JSON")
	}
	if r.Method != http.MethodGet && !bytes.HasPrefix(bytes.TrimSpace(body), []byte("{")) {
		return errors.New("the answer is not an object") // a decoder accepts null for an object
	}
	return nil
}
