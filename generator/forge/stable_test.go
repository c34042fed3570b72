package forge_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/forge"
)

// reading is one reading of a list: the numbers of its entries, or an error.
type reading struct {
	pages   int
	numbers []int64
	err     error
}

func pages(n int, numbers ...int64) reading { return reading{pages: n, numbers: numbers} }

// scriptedAPI is a forge that returns the next of its readings each time its list is read.
type scriptedAPI struct {
	forge.API
	readings []reading
	reads    int
}

func (s *scriptedAPI) Repository(context.Context) (forge.Repository, error) {
	return forge.Repository{ID: "1", CloneURL: "https://git.acme.dev/acme/shop.git", DefaultBranch: "main"}, nil
}

// Page returns one entry on each page except the last.
func (s *scriptedAPI) Page(_ context.Context, kind generator.Kind, number int) (forge.Page, error) {
	if number == 1 {
		s.reads++
	}
	current := s.readings[s.reads-1]
	if current.err != nil {
		return forge.Page{}, current.err
	}
	p := forge.Page{Items: []forge.Item{}, Total: forge.Uncounted}
	numbers := current.numbers[min(number-1, len(current.numbers)):]
	if number < current.pages {
		numbers, p.Next = numbers[:min(1, len(numbers))], number+1
	}
	for _, n := range numbers {
		p.Items = append(p.Items, s.item(kind, n))
	}
	return p, nil
}

// item returns an entry with a different head at each reading, because a push does not
// move an entry.
func (s *scriptedAPI) item(kind generator.Kind, n int64) forge.Item {
	head := fmt.Sprintf("%040d", s.reads)
	if kind == generator.Branch {
		return forge.Item{Change: generator.Change{Branch: "main", HeadSHA: head}}
	}
	return forge.Item{
		Change: generator.Change{Number: n, Branch: "b", TargetBranch: "main", HeadSHA: head},
		Ending: generator.EndingOpen, TargetID: "1", HeadID: "1",
	}
}

// newSource returns the source of acme/shop that uses api.
func newSource(t *testing.T, api forge.API, log *slog.Logger) *forge.Source {
	t.Helper()
	connection, err := forge.Connect(forge.Server{Base: &url.URL{}}, forge.Options{Log: log})
	if err != nil {
		t.Fatal(err)
	}
	return forge.New(forge.Place{Forge: "scripted", Owner: "acme", Name: "shop"}, api, connection, 1)
}

func TestListAcceptsStableReadings(t *testing.T) {
	t.Parallel()
	down := errors.New("down")
	for name, test := range map[string]struct {
		earlier  []reading // of an earlier call
		readings []reading
		reads    int
		want     []int64
		err      error
	}{
		"one page":       {readings: []reading{pages(1, 1, 2)}, reads: 1, want: []int64{1, 2}},
		"one empty page": {readings: []reading{pages(1)}, reads: 1},
		"duplicate entry on one page": {
			readings: []reading{pages(1, 1, 1), pages(1, 1, 1), pages(1, 1, 1)}, reads: 3, err: generator.ErrIncomplete,
		},
		"unchanged":          {readings: []reading{pages(2, 1, 2), pages(2, 1, 2)}, reads: 2, want: []int64{1, 2}},
		"reordered":          {readings: []reading{pages(2, 1, 2), pages(2, 2, 1)}, reads: 2, want: []int64{2, 1}},
		"changed once":       {readings: []reading{pages(2, 1, 3), pages(2, 1, 2), pages(2, 1, 2)}, reads: 3, want: []int64{1, 2}},
		"shrunk to one page": {readings: []reading{pages(2, 1, 2), pages(1, 1)}, reads: 2, want: []int64{1}},
		"always changes":     {readings: []reading{pages(2, 1, 2), pages(2, 1, 3), pages(2, 1, 4)}, reads: 3, err: generator.ErrIncomplete},
		"alternates":         {readings: []reading{pages(2, 1, 2), pages(2, 1, 3), pages(2, 1, 2)}, reads: 3, err: generator.ErrIncomplete},
		"shrinks each time":  {readings: []reading{pages(2, 1, 2, 3), pages(2, 1, 2), pages(2, 1)}, reads: 3, err: generator.ErrIncomplete},
		"two empty pages":    {readings: []reading{pages(2)}, reads: 1, err: generator.ErrIncomplete},
		"inconsistent between equal readings": {
			readings: []reading{pages(2, 1, 2), pages(2, 1, 1), pages(2, 1, 2)}, reads: 3, err: generator.ErrIncomplete,
		},
		"inconsistent at first":   {readings: []reading{pages(2, 1, 1), pages(2, 1, 2), pages(2, 1, 2)}, reads: 3, want: []int64{1, 2}},
		"error":                   {readings: []reading{{err: down}}, reads: 1, err: down},
		"error in second reading": {readings: []reading{pages(2, 1), {err: down}}, reads: 2, err: down},

		"as accepted earlier": {
			earlier:  []reading{pages(1, 1, 2)},
			readings: []reading{pages(2, 1, 2)},
			reads:    1, want: []int64{1, 2},
		},
		"not as accepted earlier": {
			earlier:  []reading{pages(1, 1, 2)},
			readings: []reading{pages(2, 1), pages(2, 1)},
			reads:    2, want: []int64{1},
		},
		"third reading as accepted earlier": {
			earlier:  []reading{pages(1, 1, 2)},
			readings: []reading{pages(2, 1), pages(2, 3), pages(2, 1, 2)},
			reads:    3, want: []int64{1, 2},
		},
		"inconsistent, then as accepted earlier": {
			earlier:  []reading{pages(1, 1, 2)},
			readings: []reading{pages(2, 1, 1), pages(2, 1, 2)},
			reads:    2, want: []int64{1, 2},
		},
		"as an earlier reading that was not accepted": {
			earlier:  []reading{pages(2, 1), pages(2, 2), pages(2, 3)},
			readings: []reading{pages(2, 3), pages(2, 3)},
			reads:    2, want: []int64{3},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			api := &scriptedAPI{readings: slices.Concat(test.earlier, test.readings)}
			source := newSource(t, api, nil)
			if test.earlier != nil {
				_, _ = source.List(t.Context(), generator.Query{PullRequests: true})
			}
			before := api.reads
			listing, err := source.List(t.Context(), generator.Query{PullRequests: true})
			if reads := api.reads - before; !errors.Is(err, test.err) || reads != test.reads {
				t.Errorf("got %d readings, %v; want %d, %v", reads, err, test.reads, test.err)
			}
			var got []int64
			for _, c := range listing.Changes {
				got = append(got, c.Number)
				if c.HeadSHA != fmt.Sprintf("%040d", api.reads) {
					t.Errorf("%s is not from the last reading", c.Key())
				}
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

// Accepted readings of one kind do not affect the other kind.
func TestListKeepsStateOfEachKind(t *testing.T) {
	t.Parallel()
	var log strings.Builder
	// Each kind is read three times. In the first reading an entry is on two pages.
	api := &scriptedAPI{readings: []reading{pages(2, 1, 1), pages(2, 1), pages(2, 1), pages(2, 1, 1), pages(2, 1), pages(2, 1)}}
	source := newSource(t, api, slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	for n, q := range []generator.Query{{PullRequests: true}, {Branches: true}} {
		if _, err := source.List(t.Context(), q); err != nil || api.reads != 3*(n+1) {
			t.Errorf("%+v: got %d readings, %v; want %d", q, api.reads, err, 3*(n+1))
		}
	}
	if strings.Count(log.String(), "reading the list again") != 2 {
		t.Errorf("got log %s, want two messages", &log)
	}
}

// The pages of a forge that counts its entries must be consistent with the count.
func TestListChecksCountOfEntries(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		pages []forge.Page
		want  error
	}{
		"one page":                   {[]forge.Page{{Total: 1}}, nil},
		"two pages":                  {[]forge.Page{{Total: 2, Next: 2}, {Total: 2}}, nil},
		"missing entry":              {[]forge.Page{{Total: 2}}, generator.ErrIncomplete},
		"too many entries":           {[]forge.Page{{Total: 0}}, generator.ErrIncomplete},
		"count changes":              {[]forge.Page{{Total: 2, Next: 2}, {Total: 3}}, generator.ErrIncomplete},
		"too many pages":             {[]forge.Page{{Total: 1, Next: 2}, {Total: 1}}, generator.ErrIncomplete},
		"next page skips one":        {[]forge.Page{{Total: 2, Next: 3}, {Total: 2}}, generator.ErrIncomplete},
		"next page is the same page": {[]forge.Page{{Total: 2, Next: 1}, {Total: 2}}, generator.ErrIncomplete},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			api := &countingAPI{pages: test.pages}
			listing, err := newSource(t, api, nil).List(t.Context(), generator.Query{PullRequests: true})
			if !errors.Is(err, test.want) || (err == nil) != (len(listing.Changes) == len(test.pages)) {
				t.Errorf("got %d changes, %v; want %v", len(listing.Changes), err, test.want)
			}
		})
	}
}

// countingAPI is a forge with one entry on each of its pages.
type countingAPI struct {
	scriptedAPI
	pages []forge.Page
}

func (c *countingAPI) Page(_ context.Context, kind generator.Kind, number int) (forge.Page, error) {
	p := c.pages[min(number, len(c.pages))-1]
	p.Items = []forge.Item{c.item(kind, int64(number))}
	return p, nil
}

// The source sets the kind of a change. A forge does not set it.
func TestListSetsKind(t *testing.T) {
	t.Parallel()
	api := &scriptedAPI{readings: []reading{pages(1, 1)}}
	s := newSource(t, api, nil)
	for query, want := range map[generator.Query]generator.Key{
		{PullRequests: true}: {Kind: generator.PullRequest, Number: 1},
		{Branches: true}:     {Kind: generator.Branch, Branch: "main"},
	} {
		api.reads = 0
		listing, err := s.List(t.Context(), query)
		if err != nil || len(listing.Changes) != 1 || listing.Changes[0].Key() != want || listing.Changes[0].TargetBranch != "main" {
			t.Errorf("%+v: got %+v, %v; want %s", query, listing.Changes, err, want)
		}
	}
}
