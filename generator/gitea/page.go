package gitea

import (
	"errors"
	"fmt"
	"strconv"

	gogitea "code.gitea.io/sdk/gitea"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/rest"
)

// perPage is what is asked for: the default of MAX_RESPONSE_ITEMS. A server may
// give fewer.
const perPage = 50

// reading is a list as it was read once.
type reading struct {
	changes []generator.Change
	keys    keys
	pages   int
	total   int // as the server counts
}

// keys are which changes a reading has.
type keys map[generator.Key]bool

// errMoved means that the pages don't fit together: the list moved while it was
// read, or the server does not list what it counts.
var errMoved = errors.New("the pages don't fit together")

// collect reads all pages once.
func collect[T any](
	r reader,
	fetch func(gogitea.ListOptions) ([]T, *gogitea.Response, error),
	convert func(T) (generator.Change, error),
) (reading, error) {
	got := reading{keys: keys{}}
	for more := true; more; {
		if got.pages == r.maxPages {
			return reading{}, rest.Incomplete("more than %d pages", r.maxPages)
		}
		got.pages++
		items, resp, err := fetch(gogitea.ListOptions{Page: got.pages, PageSize: perPage})
		if err != nil {
			return reading{}, err
		}
		if items == nil { // JSON null, as the branches of an empty repository
			return reading{}, rest.Incomplete("page %d is not a list", got.pages)
		}
		for _, item := range items {
			change, err := convert(item)
			if err != nil {
				return reading{}, err
			}
			if got.keys[change.Key()] {
				return reading{}, fmt.Errorf("%w: %s is on two of them", errMoved, change.Key())
			}
			got.keys[change.Key()] = true
			got.changes = append(got.changes, change)
		}
		if more, err = got.goesOn(resp, len(items)); err != nil {
			return reading{}, err
		}
	}
	return got, nil
}

// goesOn reports whether there is another page after the one of these items.
// The end is where the entries that were read are as many as each page says
// that there are, and no link names another page. The link alone is no evidence:
// where a page lacks a branch because Git has lost it, Gitea takes it off that
// page's total, and makes the link from what is left.
func (got *reading) goesOn(resp *gogitea.Response, items int) (bool, error) {
	total, err := strconv.Atoi(resp.Header.Get("X-Total-Count"))
	if err != nil {
		return false, rest.Incomplete("page %d does not say how many entries there are", got.pages)
	}
	if got.pages > 1 && total != got.total {
		return false, fmt.Errorf("%w: there are %d entries, and then %d", errMoved, got.total, total)
	}
	got.total = total
	switch n := len(got.changes); {
	case n == total && resp.NextPage == 0:
		return false, nil
	case n < total && items > 0 && resp.NextPage == got.pages+1:
		return true, nil
	default:
		return false, fmt.Errorf("%w: %d of %d entries after page %d, where page %d is said to be next", errMoved, n, total, got.pages, resp.NextPage)
	}
}
