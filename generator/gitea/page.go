package gitea

import (
	"fmt"
	"strconv"

	gogitea "code.gitea.io/sdk/gitea"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/rest"
)

// perPage is what is asked for: the default of MAX_RESPONSE_ITEMS. A server may
// give fewer.
const perPage = 50

// reading is a list while it is read.
type reading struct {
	rest.Reading
	total int // as the server counts
}

// collect reads all pages once.
func collect[T any](
	r reader,
	fetch func(gogitea.ListOptions) ([]T, *gogitea.Response, error),
	convert func(T) (generator.Change, error),
) (rest.Reading, error) {
	var got reading
	for more := true; more; {
		if got.Pages == r.maxPages {
			return rest.Reading{}, rest.Incomplete("more than %d pages", r.maxPages)
		}
		got.Pages++
		items, resp, err := fetch(gogitea.ListOptions{Page: got.Pages, PageSize: perPage})
		if err != nil {
			return rest.Reading{}, err
		}
		if items == nil { // JSON null, as the branches of an empty repository
			return rest.Reading{}, rest.Incomplete("page %d is not a list", got.Pages)
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
		if more, err = got.goesOn(resp, len(items)); err != nil {
			return rest.Reading{}, err
		}
	}
	return got.Reading, nil
}

// goesOn reports whether there is another page after the one of these items.
// The end is where the entries that were read are as many as each page says
// that there are, and no link names another page. The link alone is no evidence:
// where a page lacks a branch because Git has lost it, Gitea takes it off that
// page's total, and makes the link from what is left.
func (got *reading) goesOn(resp *gogitea.Response, items int) (bool, error) {
	total, err := strconv.Atoi(resp.Header.Get("X-Total-Count"))
	if err != nil {
		return false, rest.Incomplete("page %d does not say how many entries there are", got.Pages)
	}
	if got.Pages > 1 && total != got.total {
		return false, fmt.Errorf("%w: there are %d entries, and then %d", rest.ErrMoved, got.total, total)
	}
	got.total = total
	switch n := len(got.Changes); {
	case n == total && resp.NextPage == 0:
		return false, nil
	case n < total && items > 0 && resp.NextPage == got.Pages+1:
		return true, nil
	default:
		return false, fmt.Errorf("%w: %d of %d entries after page %d, where page %d is said to be next", rest.ErrMoved, n, total, got.Pages, resp.NextPage)
	}
}
