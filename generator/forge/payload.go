package forge

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"time"

	"github.com/previewset/previewset/generator"
)

// payload holds the fields that are read from a webhook payload in GitHub's format,
// which other forges use, too.
type payload struct {
	Action     string `json:"action"`
	Repository *struct {
		ID       int64  `json:"id"`
		FullName string `json:"full_name"`
		HTMLURL  string `json:"html_url"`
	} `json:"repository"`
	announcing
}

// ReadPayload returns the event in a payload in GitHub's format if its action is
// relevant. name is the forge's name of the event, such as "push". A field with a value
// of another type counts as missing. The error is ErrMalformed.
func ReadPayload(name string, data []byte, relevant func(action string) bool) (Event, bool, error) {
	var p payload
	var badType *json.UnmarshalTypeError // the other fields are decoded
	if err := json.Unmarshal(data, &p); err != nil && !errors.As(err, &badType) {
		return Event{}, false, fmt.Errorf("%w: not a JSON object", ErrMalformed)
	}
	if !relevant(p.Action) {
		return Event{}, false, nil
	}
	event, err := p.event()
	if err != nil {
		return Event{}, false, err
	}
	event.Announcement = p.announcement(name, p.Action)
	event.At, _ = time.Parse(time.RFC3339, p.PullRequest.Updated) // zero on an error
	return event, true, nil
}

var fullName = regexp.MustCompile(`^` + segmentPattern + `/` + segmentPattern + `$`)

func (p payload) event() (Event, error) {
	if p.Repository == nil || !fullName.MatchString(p.Repository.FullName) {
		return Event{}, fmt.Errorf("%w: no repository name", ErrMalformed)
	}
	page, err := url.Parse(p.Repository.HTMLURL)
	if err != nil || page.Host == "" || page.Scheme != "https" && page.Scheme != "http" {
		return Event{}, fmt.Errorf("%w: no URL of the repository's page", ErrMalformed)
	}
	return Event{ForgeHost: generator.HostOf(page), FullName: p.Repository.FullName, RepositoryID: ID(p.Repository.ID)}, nil
}
