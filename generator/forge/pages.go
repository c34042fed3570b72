package forge

import (
	"context"
	"fmt"

	"golang.org/x/sync/errgroup"

	"github.com/previewset/previewset/generator"
)

// read reads a list once: some pages at the same time, as many as the first page
// announces or did when it was last read. That is a hint; the list ends with the page
// that has none after it. The error is errMoved where the pages do not fit together.
func (s *Source) read(ctx context.Context, of Repository, kind generator.Kind) (reading, error) {
	got := reading{keys: keys{}}
	var pages []Page
	last := s.recall(kind).last
	for at := 1; ; at++ {
		if at > s.options.MaxPages {
			return reading{}, Incomplete("more than %d pages", s.options.MaxPages)
		}
		if at > len(pages) {
			read, err := s.readAtOnce(ctx, kind, at, max(at, min(last, s.options.MaxPages)))
			if err != nil {
				return reading{}, err
			}
			pages = append(pages, read...)
			last = pages[0].Last
			s.remember(kind, func(l *list) { l.last = last })
		}
		if err := got.add(pages[at-1], of, kind); err != nil {
			return reading{}, err
		}
		switch more, err := pages[at-1].continues(at, len(got.changes), pages[0].Total); {
		case err != nil:
			return reading{}, err
		case !more:
			return got, emptyAfter(pages, at)
		}
	}
}

// add takes in the entries of the next page.
func (r *reading) add(p Page, of Repository, kind generator.Kind) error {
	r.pages++
	for _, item := range p.Items {
		change, err := item.change(of, kind)
		if err != nil {
			return err
		}
		if r.keys[change.Key()] {
			return fmt.Errorf("%w: %s is on two of them", errMoved, change.Key())
		}
		r.keys[change.Key()] = true
		r.changes = append(r.changes, change)
	}
	return nil
}

// readAtOnce returns the pages with these numbers, in order.
func (s *Source) readAtOnce(ctx context.Context, kind generator.Kind, from, to int) ([]Page, error) {
	pages := make([]Page, to-from+1)
	group, each := errgroup.WithContext(ctx)
	group.SetLimit(s.pagesAtOnce)
	for i := range pages {
		group.Go(func() (err error) {
			pages[i], err = s.api.Page(each, kind, from+i)
			return err
		})
	}
	return pages, group.Wait()
}

// continues reports whether there is a page after p, which is the page with this
// number. entries is how many entries the pages up to p have, and total how many
// the first page says that there are.
func (p Page) continues(number, entries, total int) (bool, error) {
	counted := total != Uncounted
	odd := p.Next != 0 && (p.Next != number+1 || len(p.Items) == 0)
	switch {
	case p.Items == nil:
		return false, Incomplete("page %d is not a list", number)
	case p.Total != total:
		return false, fmt.Errorf("%w: there are %d entries, and then %d", errMoved, total, p.Total)
	case counted && (odd || entries > total || (p.Next == 0) != (entries == total)):
		return false, fmt.Errorf("%w: %d of %d entries after page %d, where page %d is said to be next", errMoved, entries, total, number, p.Next)
	case odd:
		return false, Incomplete("page %d has %d entries, and says that page %d is next", number, len(p.Items), p.Next)
	}
	return p.Next != 0, nil
}

// emptyAfter returns an error unless the pages behind number last, where there are
// any, are empty.
func emptyAfter(pages []Page, last int) error {
	for _, p := range pages[last:] {
		if len(p.Items) > 0 {
			return fmt.Errorf("%w: page %d is the last and others follow", errMoved, last)
		}
	}
	return nil
}
