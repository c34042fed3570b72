package github

import (
	"context"
	"fmt"
	"strings"

	gogithub "github.com/google/go-github/v62/github"
	"golang.org/x/sync/errgroup"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/rest"
)

// pagesAtOnce is how many pages are asked for at a time. GitHub would rather have
// one request after the other, and refuses from a hundred at once on, counted over
// all that use the same credentials. Five take most of the waiting away and are far
// from that.
// https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits
const pagesAtOnce = 5

// page is one page of a list.
type page[T sized] struct {
	items items[T] // nil where there was no list, but JSON's null
	links links
}

type items[T sized] []T

func (i items[T]) size() (sum int) {
	for _, item := range i {
		sum += item.size()
	}
	return sum
}

// readPages reads all pages once, a few at a time, as far as the first one tells
// of others or did when it was last asked for. That is where to look: the list
// ends with the page that has none after it.
func readPages[T sized](ctx context.Context, s *Source, list string) ([]page[T], error) {
	var pages []page[T]
	before, _ := s.answers.get(numbered(list, 1))
	last := before.links.last
	for at := 1; ; at++ {
		if at > s.maxPages {
			return nil, rest.Incomplete("more than %d pages", s.maxPages)
		}
		if at > len(pages) {
			more, err := readAtOnce[T](ctx, s, list, at, max(at, min(last, s.maxPages)))
			if err != nil {
				return nil, err
			}
			pages = append(pages, more...)
			last = pages[0].links.last
		}
		switch more, err := pages[at-1].hasNext(at); {
		case err != nil:
			return nil, err
		case !more:
			return endAt(pages, at)
		}
	}
}

// readAtOnce returns the pages with these numbers, in order.
func readAtOnce[T sized](ctx context.Context, s *Source, list string, from, to int) ([]page[T], error) {
	pages := make([]page[T], to-from+1)
	group, each := errgroup.WithContext(ctx)
	group.SetLimit(pagesAtOnce)
	for i := range pages {
		group.Go(func() (err error) {
			pages[i].items, pages[i].links, err = ask[items[T]](each, s, numbered(list, from+i))
			return err
		})
	}
	return pages, group.Wait()
}

// numbered returns the path of a page of a list.
func numbered(list string, page int) string {
	return fmt.Sprintf("%s&page=%d", list, page)
}

// endAt returns the pages up to number last. Those behind it that were read have
// to be empty.
func endAt[T sized](pages []page[T], last int) ([]page[T], error) {
	for _, p := range pages[last:] {
		if len(p.items) > 0 {
			return nil, fmt.Errorf("%w: page %d is the last and others follow", rest.ErrMoved, last)
		}
	}
	return pages[:last], nil
}

// hasNext reports whether there is a page after this one, which is number.
//
// A full page may not be the last even where no link says so: the ETag covers
// the body alone, so when an entry too many opens a new page, the full page
// before is "not modified" and its remembered answer has no link yet.
func (p page[T]) hasNext(number int) (bool, error) {
	switch next := p.links.next; {
	case p.items == nil:
		return false, rest.Incomplete("page %d is not a list", number)
	case next != 0 && len(p.items) == 0:
		return false, rest.Incomplete("page %d is empty, and says that page %d is next", number, next)
	case next == number+1:
		return true, nil
	case next != 0:
		return false, rest.Incomplete("page %d says that page %d is next", number, next)
	case p.links.hasNext:
		return false, rest.Incomplete("page %d has a next link without a page number", number)
	}
	return len(p.items) >= perPage, nil
}

// collect makes one reading of pages.
func collect[T sized](pages []page[T], convert func(T) (generator.Change, error)) (rest.Reading, error) {
	got := rest.Reading{Pages: len(pages)}
	for _, p := range pages {
		for _, item := range p.items {
			change, err := convert(item)
			if err != nil {
				return rest.Reading{}, err
			}
			if !got.Add(change) {
				return rest.Reading{}, fmt.Errorf("%w: %s is on two of them", rest.ErrMoved, change.Key())
			}
		}
	}
	return got, nil
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
