package forge

import (
	"context"
	"fmt"

	"golang.org/x/sync/errgroup"

	"github.com/previewset/previewset/generator"
)

// read reads a list once. The error is errMoved where its pages do not fit
// together.
func (s *Source) read(ctx context.Context, of Repository, kind generator.Kind) (reading, error) {
	pages, err := s.readPages(ctx, of, kind)
	if err != nil {
		return reading{}, err
	}
	got := reading{pages: len(pages), keys: keys{}}
	for _, p := range pages {
		for _, item := range p.Items {
			change, err := item.change(of)
			if err != nil {
				return reading{}, err
			}
			if got.keys[change.Key()] {
				return reading{}, fmt.Errorf("%w: %s is on two of them", errMoved, change.Key())
			}
			got.keys[change.Key()] = true
			got.changes = append(got.changes, change)
		}
	}
	return got, nil
}

// readPages reads all pages of a list once, some at the same time: as many as the
// first page announces or did when it was last read. That is a hint; the list ends
// with the page that has none after it.
func (s *Source) readPages(ctx context.Context, of Repository, kind generator.Kind) ([]Page, error) {
	var pages []Page
	last := s.recall(kind).last
	entries := 0
	for at := 1; ; at++ {
		if at > s.options.MaxPages {
			return nil, Incomplete("more than %d pages", s.options.MaxPages)
		}
		if at > len(pages) {
			read, err := s.readAtOnce(ctx, of, kind, at, max(at, min(last, s.options.MaxPages)))
			if err != nil {
				return nil, err
			}
			pages = append(pages, read...)
			last = pages[0].Last
			s.remember(kind, func(l *list) { l.last = last })
		}
		entries += len(pages[at-1].Items)
		switch more, err := pages[at-1].continues(at, entries, pages[0].Total); {
		case err != nil:
			return nil, err
		case !more:
			return endAt(pages, at)
		}
	}
}

// readAtOnce returns the pages with these numbers, in order.
func (s *Source) readAtOnce(ctx context.Context, of Repository, kind generator.Kind, from, to int) ([]Page, error) {
	pages := make([]Page, to-from+1)
	group, each := errgroup.WithContext(ctx)
	group.SetLimit(s.pagesAtOnce)
	for i := range pages {
		group.Go(func() (err error) {
			pages[i], err = s.api.Page(each, of, kind, from+i)
			return err
		})
	}
	return pages, group.Wait()
}

// continues reports whether there is a page after p, which is the page with this
// number. entries is how many entries the pages up to p have, and total how many
// the first page says that there are.
func (p Page) continues(number, entries, total int) (bool, error) {
	switch {
	case p.Items == nil:
		return false, Incomplete("page %d is not a list", number)
	case p.Total != total:
		return false, fmt.Errorf("%w: there are %d entries, and then %d", errMoved, total, p.Total)
	case p.Next != 0 && len(p.Items) == 0:
		return false, Incomplete("page %d is empty, and says that page %d is next", number, p.Next)
	case p.Next != 0 && p.Next != number+1:
		return false, Incomplete("page %d says that page %d is next", number, p.Next)
	case total != Uncounted && (entries > total || (p.Next == 0) != (entries == total)):
		return false, fmt.Errorf("%w: %d of %d entries after page %d, where page %d is said to be next", errMoved, entries, total, number, p.Next)
	}
	return p.Next != 0, nil
}

// endAt returns the pages up to number last. Pages behind it that were read have
// to be empty.
func endAt(pages []Page, last int) ([]Page, error) {
	for _, p := range pages[last:] {
		if len(p.Items) > 0 {
			return nil, fmt.Errorf("%w: page %d is the last and others follow", errMoved, last)
		}
	}
	return pages[:last], nil
}
