package rest_test

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/rest"
)

// read is what one reading gives: pull requests, or an error.
type read struct {
	pages   int
	numbers []int64
	err     error
}

func pages(n int, numbers ...int64) read { return read{pages: n, numbers: numbers} }

func settle(t *testing.T, lists *rest.Lists, readings []read) (changes []generator.Change, reads int, err error) {
	t.Helper()
	changes, err = lists.Settle(t.Context(), generator.PullRequest, func() (rest.Reading, error) {
		now := readings[reads]
		reads++
		got := rest.Reading{Pages: now.pages}
		for _, n := range now.numbers {
			// A push is no move: each reading sees another head.
			if !got.Add(generator.Change{Kind: generator.PullRequest, Number: n, HeadSHA: fmt.Sprint(reads)}) {
				return rest.Reading{}, fmt.Errorf("%w: %d twice", rest.ErrMoved, n)
			}
		}
		return got, now.err
	})
	return changes, reads, err
}

func TestSettle(t *testing.T) {
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
		"pages of nothing":   {readings: []read{pages(2), pages(2), pages(2)}, reads: 3, err: generator.ErrIncomplete},
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
			lists := rest.NewLists(slog.New(slog.DiscardHandler))
			if test.known != nil {
				_, _, _ = settle(t, lists, test.known)
			}
			changes, reads, err := settle(t, lists, test.readings)
			if !errors.Is(err, test.err) || reads != test.reads {
				t.Errorf("%d reads, %v; want %d, %v", reads, err, test.reads, test.err)
			}
			var got []int64
			for _, c := range changes {
				got = append(got, c.Number)
				if c.HeadSHA != fmt.Sprint(reads) {
					t.Errorf("%s is not of the last reading", c.Key())
				}
			}
			if fmt.Sprint(got) != fmt.Sprint(test.want) {
				t.Errorf("%v, want %v", got, test.want)
			}
		})
	}
}

// TestSettleKeepsKindsApart: of one kind nothing follows for another.
func TestSettleKeepsKindsApart(t *testing.T) {
	var log strings.Builder
	lists := rest.NewLists(slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	for _, kind := range []generator.Kind{generator.PullRequest, generator.Branch} {
		reads := 0
		_, err := lists.Settle(t.Context(), kind, func() (rest.Reading, error) {
			if reads++; reads == 1 {
				return rest.Reading{}, rest.ErrMoved
			}
			got := rest.Reading{Pages: 2}
			got.Add(generator.Change{Kind: generator.Branch, Branch: "main"})
			return got, nil
		})
		if err != nil || reads != 3 {
			t.Errorf("%s: %d reads, %v", kind, reads, err)
		}
	}
	if strings.Count(log.String(), "a list is read again") != 2 {
		t.Errorf("log %s", &log)
	}
}
