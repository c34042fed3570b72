package gitea

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"

	"github.com/previewset/previewset/internal/rest"
)

// fail returns err as one of the errors of package generator where it is one,
// with the repository and what was tried.
func (s *Source) fail(doing string, err error) error {
	return s.secrets.Failure(fmt.Sprintf("gitea %s: %s", s.fullName(), doing), rest.Cause(err))
}

// refusals makes errors of answers of 400 and more. Gitea's client would make a
// text of them that has no status any more, and may have the whole body.
type refusals struct {
	next http.RoundTripper
}

func (t refusals) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := t.next.RoundTrip(r)
	if err != nil || resp.StatusCode < http.StatusBadRequest {
		return resp, err
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	var said struct {
		Message string `json:"message"`
	}
	if json.Unmarshal(body, &said) != nil {
		said.Message = ""
	}
	return nil, rest.Refused(resp.StatusCode, said.Message)
}
