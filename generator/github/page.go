package github

import (
	"fmt"
	"strings"

	gogithub "github.com/google/go-github/v62/github"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/rest"
)

// collect reads all pages once.
func collect[T any](
	s *Source,
	fetch func(page int) ([]T, *gogithub.Response, error),
	convert func(T) (generator.Change, error),
) (rest.Reading, error) {
	var got rest.Reading
	for page := 1; page != 0; {
		if page > s.maxPages {
			return rest.Reading{}, rest.Incomplete("more than %d pages", s.maxPages)
		}
		items, resp, err := fetch(page)
		if err != nil {
			return rest.Reading{}, err
		}
		if items == nil { // JSON null
			return rest.Reading{}, rest.Incomplete("page %d is not a list", page)
		}
		for _, item := range items {
			change, err := convert(item)
			if err != nil {
				return rest.Reading{}, err
			}
			if !got.Add(change) {
				return rest.Reading{}, fmt.Errorf("%w: %s is on two of them", rest.ErrMoved, change.Key())
			}
		}
		got.Pages++
		if page, err = nextPage(resp, page, len(items)); err != nil {
			return rest.Reading{}, err
		}
	}
	return got, nil
}

// nextPage returns the number of the page after this one, 0 at the end.
//
// A full page may not be the last even where no link says so: the ETag covers
// the body alone, so when an entry too many opens a new page, the full page
// before is "not modified" and its remembered answer has no link yet.
func nextPage(resp *gogithub.Response, page, items int) (int, error) {
	switch {
	case resp.NextPage != 0 && items == 0:
		return 0, rest.Incomplete("page %d is empty, and says that page %d is next", page, resp.NextPage)
	case resp.NextPage == page+1:
		return resp.NextPage, nil
	case resp.NextPage != 0:
		return 0, rest.Incomplete("page %d says that page %d is next", page, resp.NextPage)
	case linksNext(resp):
		return 0, rest.Incomplete("page %d has a next link without a page number", page)
	case items >= perPage:
		return page + 1, nil
	}
	return 0, nil
}

// linksNext reports whether there is a link to a next page in any form,
// including those that go-github does not understand.
func linksNext(resp *gogithub.Response) bool {
	for _, line := range resp.Header.Values("Link") {
		line = strings.ToLower(strings.ReplaceAll(line, " ", ""))
		if strings.Contains(line, `rel="next"`) || strings.Contains(line, `rel=next`) {
			return true
		}
	}
	return false
}
