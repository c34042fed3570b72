package forge

import (
	"context"
	"fmt"

	"golang.org/x/sync/errgroup"

	"github.com/previewset/previewset/generator"
)

// readOnce reads a list once. It reads pages concurrently, up to the last page that the
// first page announced, now or in an earlier reading. That number is only a hint: the
// list ends with the page that announces no next page. The error is errListChanged if
// the pages are inconsistent.
func (s *Source) readOnce(ctx context.Context, repository Repository, kind generator.Kind) (reading, error) {
	result := reading{keys: keys{}}
	var pages []Page
	last := s.listState(kind).lastPage
	for number := 1; ; number++ {
		if number > s.options.MaxPages {
			return reading{}, Incomplete("more than %d pages", s.options.MaxPages)
		}
		if number > len(pages) {
			more, err := s.readPages(ctx, kind, number, max(number, min(last, s.options.MaxPages)))
			if err != nil {
				return reading{}, err
			}
			pages = append(pages, more...)
			last = pages[0].Last
			s.updateListState(kind, func(l *listState) { l.lastPage = last })
		}
		if err := result.add(pages[number-1], repository, kind); err != nil {
			return reading{}, err
		}
		switch more, err := pages[number-1].hasNext(number, len(result.keys), pages[0].Total); {
		case err != nil:
			return reading{}, err
		case !more:
			return result, checkEmptyAfter(pages, number)
		}
	}
}

// add adds the entries of the next page.
func (r *reading) add(p Page, repository Repository, kind generator.Kind) error {
	r.pages++
	for _, item := range p.Items {
		change, unreadable, err := item.change(repository, kind)
		if err != nil {
			return err
		}
		key := change.Key()
		if unreadable != nil {
			key = unreadable.Key
		}
		if r.keys[key] {
			return fmt.Errorf("%w: %s is on two pages", errListChanged, key)
		}
		r.keys[key] = true
		if unreadable != nil {
			r.unreadable = append(r.unreadable, *unreadable)
			continue
		}
		r.changes = append(r.changes, change)
	}
	return nil
}

// readPages reads the pages from one number to another concurrently, and returns them in
// order.
func (s *Source) readPages(ctx context.Context, kind generator.Kind, from, to int) ([]Page, error) {
	pages := make([]Page, to-from+1)
	group, groupCtx := errgroup.WithContext(ctx)
	group.SetLimit(s.concurrentPages)
	for i := range pages {
		group.Go(func() (err error) {
			pages[i], err = s.api.Page(groupCtx, kind, from+i)
			return err
		})
	}
	return pages, group.Wait()
}

// hasNext reports whether there is a page after p, which has this number. entries is the
// number of entries on the pages up to p. total is the number of entries in the list
// according to the first page.
func (p Page) hasNext(number, entries, total int) (bool, error) {
	counted := total != Uncounted
	badNext := p.Next != 0 && (p.Next != number+1 || len(p.Items) == 0)
	switch {
	case p.Items == nil:
		return false, Incomplete("page %d is not a list", number)
	case p.Total != total:
		return false, fmt.Errorf("%w: the number of entries changed from %d to %d", errListChanged, total, p.Total)
	case counted && (badNext || entries > total || (p.Next == 0) != (entries == total)):
		return false, fmt.Errorf("%w: %d of %d entries after page %d, which announces page %d as the next page", errListChanged, entries, total, number, p.Next)
	case badNext:
		return false, Incomplete("page %d has %d entries and announces page %d as the next page", number, len(p.Items), p.Next)
	}
	return p.Next != 0, nil
}

// checkEmptyAfter returns an error if a page after page number last has entries.
func checkEmptyAfter(pages []Page, last int) error {
	for _, p := range pages[last:] {
		if len(p.Items) > 0 {
			return fmt.Errorf("%w: page %d is the last page, but later pages have entries", errListChanged, last)
		}
	}
	return nil
}
