package github

import (
	"bytes"
	"context"
	"fmt"
	"net/http"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	gogithub "github.com/google/go-github/v62/github"

	"github.com/previewset/previewset/generator"
)

const (
	maxAnswers     = 512
	maxAnswerBytes = 64 << 20 // a page of 100 pull requests takes about 50 KiB
)

// answer is what GitHub said of a resource, as far as it matters here.
type answer struct {
	etag  string
	links links
	value sized
}

// sized tells about how many bytes of memory it takes.
type sized interface{ size() int }

func newAnswers() *lru[string, answer] {
	return newLRU[string](maxAnswers, maxAnswerBytes, func(a answer) int { return a.value.size() })
}

// ask returns what GitHub answers for path. What it answered before it is only
// asked to confirm: a 304 does not count against the rate limit, and nothing has
// to be sent or read again. It never answers without asking.
// https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#use-conditional-requests-if-appropriate
func ask[T sized](ctx context.Context, s *Source, path string) (T, links, error) {
	var value T
	request, err := s.client.NewRequest(http.MethodGet, path, nil)
	if err != nil {
		return value, links{}, err
	}
	stored, known := s.answers.get(path)
	if known {
		request.Header.Set("If-None-Match", stored.etag)
	}
	var body bytes.Buffer
	resp, err := s.client.Do(ctx, request, &body)
	if known && resp != nil && resp.StatusCode == http.StatusNotModified {
		return stored.value.(T), stored.links.renewed(resp), nil
	}
	if err != nil {
		return value, links{}, err
	}
	if err := json.Unmarshal(body.Bytes(), &value, jsontext.AllowDuplicateNames(true)); err != nil {
		return value, links{}, fmt.Errorf("%w: the answer is not of the right form: %w", generator.ErrIncomplete, err)
	}
	found := linksOf(resp)
	if etag := resp.Header.Get("ETag"); etag != "" {
		s.answers.put(path, answer{etag: etag, links: found, value: value})
	} else {
		s.answers.remove(path)
	}
	return value, found, nil
}

// links are where a page says that others are: their numbers, 0 for none.
type links struct {
	next, last int
	// hasNext is whether there is a link to a next page in any form.
	hasNext bool
}

func linksOf(resp *gogithub.Response) links {
	return links{next: resp.NextPage, last: resp.LastPage, hasNext: linksNext(resp)}
}

// renewed returns the links of the answer that confirmed an earlier one. Where
// that does not repeat them they stay.
func (l links) renewed(resp *gogithub.Response) links {
	if len(resp.Header.Values("Link")) == 0 {
		return l
	}
	return linksOf(resp)
}
