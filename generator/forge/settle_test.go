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

// read is one reading of a list: the numbers of its entries, or an error.
type read struct {
	pages   int
	numbers []int64
	err     error
}

func pages(n int, numbers ...int64) read { return read{pages: n, numbers: numbers} }

// script is a forge whose list is another one at each reading.
type script struct {
	forge.API
	readings []read
	reads    int
}

func (s *script) Repository(context.Context) (forge.Repository, error) {
	return forge.Repository{ID: "1", CloneURL: "https://git.acme.dev/acme/shop.git", DefaultBranch: "main"}, nil
}

// Page gives each page but the last one entry.
func (s *script) Page(_ context.Context, kind generator.Kind, number int) (forge.Page, error) {
	if number == 1 {
		s.reads++
	}
	now := s.readings[s.reads-1]
	if now.err != nil {
		return forge.Page{}, now.err
	}
	p := forge.Page{Items: []forge.Item{}, Total: forge.Uncounted}
	numbers := now.numbers[min(number-1, len(now.numbers)):]
	if number < now.pages {
		numbers, p.Next = numbers[:min(1, len(numbers))], number+1
	}
	for _, n := range numbers {
		p.Items = append(p.Items, s.item(kind, n))
	}
	return p, nil
}

// item returns an entry with another head at each reading, because a push moves no
// entry.
func (s *script) item(kind generator.Kind, n int64) forge.Item {
	head := fmt.Sprintf("%040d", s.reads)
	if kind == generator.Branch {
		return forge.Item{Change: generator.Change{Branch: "main", HeadSHA: head}}
	}
	return forge.Item{
		Change: generator.Change{Number: n, Branch: "b", TargetBranch: "main", HeadSHA: head},
		Ending: generator.EndingOpen, TargetID: "1", HeadID: "1",
	}
}

// source returns the source of acme/shop that asks api.
func source(t *testing.T, api forge.API, log *slog.Logger) *forge.Source {
	t.Helper()
	connection, err := forge.Connect(forge.Server{Base: &url.URL{}}, forge.Options{Log: log})
	if err != nil {
		t.Fatal(err)
	}
	return forge.New(forge.Place{Forge: "script", Owner: "acme", Name: "shop"}, api, connection, 1)
}

func TestSettle(t *testing.T) {
	t.Parallel()
	down := errors.New("down")
	for name, test := range map[string]struct {
		known    []read // of an earlier call
		readings []read
		reads    int
		want     []int64
		err      error
	}{
		"one page":            {readings: []read{pages(1, 1, 2)}, reads: 1, want: []int64{1, 2}},
		"one page of nothing": {readings: []read{pages(1)}, reads: 1},
		"one page twice the same entry": {
			readings: []read{pages(1, 1, 1), pages(1, 1, 1), pages(1, 1, 1)}, reads: 3, err: generator.ErrIncomplete,
		},
		"it rests":           {readings: []read{pages(2, 1, 2), pages(2, 1, 2)}, reads: 2, want: []int64{1, 2}},
		"in another order":   {readings: []read{pages(2, 1, 2), pages(2, 2, 1)}, reads: 2, want: []int64{2, 1}},
		"it moved once":      {readings: []read{pages(2, 1, 3), pages(2, 1, 2), pages(2, 1, 2)}, reads: 3, want: []int64{1, 2}},
		"shrunk to one page": {readings: []read{pages(2, 1, 2), pages(1, 1)}, reads: 2, want: []int64{1}},
		"never rests":        {readings: []read{pages(2, 1, 2), pages(2, 1, 3), pages(2, 1, 4)}, reads: 3, err: generator.ErrIncomplete},
		"to and fro":         {readings: []read{pages(2, 1, 2), pages(2, 1, 3), pages(2, 1, 2)}, reads: 3, err: generator.ErrIncomplete},
		"subset":             {readings: []read{pages(2, 1, 2, 3), pages(2, 1, 2), pages(2, 1)}, reads: 3, err: generator.ErrIncomplete},
		"pages of nothing":   {readings: []read{pages(2)}, reads: 1, err: generator.ErrIncomplete},
		"moved between": {
			readings: []read{pages(2, 1, 2), pages(2, 1, 1), pages(2, 1, 2)}, reads: 3, err: generator.ErrIncomplete,
		},
		"moved at first": {readings: []read{pages(2, 1, 1), pages(2, 1, 2), pages(2, 1, 2)}, reads: 3, want: []int64{1, 2}},
		"error":          {readings: []read{{err: down}}, reads: 1, err: down},
		"error at last":  {readings: []read{pages(2, 1), {err: down}}, reads: 2, err: down},

		"as known":             {known: []read{pages(1, 1, 2)}, readings: []read{pages(2, 1, 2)}, reads: 1, want: []int64{1, 2}},
		"other than known":     {known: []read{pages(1, 1, 2)}, readings: []read{pages(2, 1), pages(2, 1)}, reads: 2, want: []int64{1}},
		"as known at last":     {known: []read{pages(1, 1, 2)}, readings: []read{pages(2, 1), pages(2, 3), pages(2, 1, 2)}, reads: 3, want: []int64{1, 2}},
		"as known, moved":      {known: []read{pages(1, 1, 2)}, readings: []read{pages(2, 1, 1), pages(2, 1, 2)}, reads: 2, want: []int64{1, 2}},
		"not as first refused": {known: []read{pages(2, 1), pages(2, 2), pages(2, 3)}, readings: []read{pages(2, 3), pages(2, 3)}, reads: 2, want: []int64{3}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			api := &script{readings: slices.Concat(test.known, test.readings)}
			source := source(t, api, nil)
			if test.known != nil {
				_, _ = source.List(t.Context(), generator.Query{PullRequests: true})
			}
			before := api.reads
			listing, err := source.List(t.Context(), generator.Query{PullRequests: true})
			if reads := api.reads - before; !errors.Is(err, test.err) || reads != test.reads {
				t.Errorf("%d reads, %v; want %d, %v", reads, err, test.reads, test.err)
			}
			var got []int64
			for _, c := range listing.Changes {
				got = append(got, c.Number)
				if c.HeadSHA != fmt.Sprintf("%040d", api.reads) {
					t.Errorf("%s is not of the last reading", c.Key())
				}
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("%v, want %v", got, test.want)
			}
		})
	}
}

// The readings of one kind say nothing about the other.
func TestSettleKeepsKindsApart(t *testing.T) {
	t.Parallel()
	var log strings.Builder
	// Each kind is read three times: the second time an entry is on two pages.
	api := &script{readings: []read{pages(2, 1, 1), pages(2, 1), pages(2, 1), pages(2, 1, 1), pages(2, 1), pages(2, 1)}}
	source := source(t, api, slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	for n, q := range []generator.Query{{PullRequests: true}, {Branches: true}} {
		if _, err := source.List(t.Context(), q); err != nil || api.reads != 3*(n+1) {
			t.Errorf("%+v: %d reads, %v", q, api.reads, err)
		}
	}
	if strings.Count(log.String(), "a list is read again") != 2 {
		t.Errorf("log %s", &log)
	}
}

// How the pages of a forge that counts its entries must fit together.
func TestCountedPages(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		pages []forge.Page
		want  error
	}{
		"one page":          {[]forge.Page{{Total: 1}}, nil},
		"two pages":         {[]forge.Page{{Total: 2, Next: 2}, {Total: 2}}, nil},
		"an entry missing":  {[]forge.Page{{Total: 2}}, generator.ErrIncomplete},
		"an entry too many": {[]forge.Page{{Total: 0}}, generator.ErrIncomplete},
		"another count":     {[]forge.Page{{Total: 2, Next: 2}, {Total: 3}}, generator.ErrIncomplete},
		"a page too many":   {[]forge.Page{{Total: 1, Next: 2}, {Total: 1}}, generator.ErrIncomplete},
		"a page left out":   {[]forge.Page{{Total: 2, Next: 3}, {Total: 2}}, generator.ErrIncomplete},
		"the page before":   {[]forge.Page{{Total: 2, Next: 1}, {Total: 2}}, generator.ErrIncomplete},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			api := &counted{pages: test.pages}
			listing, err := source(t, api, nil).List(t.Context(), generator.Query{PullRequests: true})
			if !errors.Is(err, test.want) || (err == nil) != (len(listing.Changes) == len(test.pages)) {
				t.Errorf("%d changes, %v; want %v", len(listing.Changes), err, test.want)
			}
		})
	}
}

// counted is a forge with one entry on each of its pages.
type counted struct {
	script
	pages []forge.Page
}

func (c *counted) Page(_ context.Context, kind generator.Kind, number int) (forge.Page, error) {
	p := c.pages[min(number, len(c.pages))-1]
	p.Items = []forge.Item{c.item(kind, int64(number))}
	return p, nil
}

// A forge need not say what it was asked for.
func TestKindIsThatOfTheList(t *testing.T) {
	t.Parallel()
	api := &script{readings: []read{pages(1, 1)}}
	s := source(t, api, nil)
	for query, want := range map[generator.Query]generator.Key{
		{PullRequests: true}: {Kind: generator.PullRequest, Number: 1},
		{Branches: true}:     {Kind: generator.Branch, Branch: "main"},
	} {
		api.reads = 0
		listing, err := s.List(t.Context(), query)
		if err != nil || len(listing.Changes) != 1 || listing.Changes[0].Key() != want || listing.Changes[0].TargetBranch != "main" {
			t.Errorf("%+v: %+v, %v", query, listing.Changes, err)
		}
	}
}
