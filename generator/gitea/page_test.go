package gitea_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/previewset/previewset/generator"
	giteatest "github.com/previewset/previewset/test/fake/gitea"
)

// recorded returns the entries of the lists below a path, in their order.
func recorded(t *testing.T, s *giteatest.Server, query string) (entries []json.RawMessage) {
	t.Helper()
	for page := range 3 {
		r := httptest.NewRequest(http.MethodGet, fmt.Sprintf("/api/v1/repos/acme/shop/"+query, page+1), nil)
		r.Header.Set("Authorization", "token "+giteatest.ReaderToken)
		var listed []json.RawMessage
		if err := json.Unmarshal([]byte(s.Answer(r).Body), &listed); err != nil {
			t.Fatal(err)
		}
		entries = append(entries, listed...)
	}
	return entries
}

// inPages answers a list with these pages.
func inPages(t *testing.T, suffix string, pages func() [][]json.RawMessage) func(http.ResponseWriter, *http.Request) bool {
	t.Helper()
	return fault(suffix, "", func(w http.ResponseWriter, r *http.Request) {
		all, total := pages(), 0
		for _, page := range all {
			total += len(page)
		}
		number, _ := strconv.Atoi(r.URL.Query().Get("page"))
		a := giteatest.Answer{Status: 200, Header: map[string]string{"Content-Type": "application/json", "X-Total-Count": strconv.Itoa(total)}}
		if number < len(all) {
			a.Header["Link"] = fmt.Sprintf(`<http://gitea.acme.dev/?page=%d>; rel="next"`, number+1)
		}
		body, err := json.Marshal(all[number-1])
		if err != nil {
			t.Error(err)
		}
		a.Body = string(body)
		a.Write(w)
	})
}

// paged answers lists of pull requests with these pages, made of recorded ones.
// 9 was not recorded; it is made of 8.
func paged(t *testing.T, s *giteatest.Server, pages func() [][]int) func(http.ResponseWriter, *http.Request) bool {
	t.Helper()
	entries := map[int]json.RawMessage{}
	for _, entry := range recorded(t, s, "pulls?limit=50&page=%d&sort=oldest&state=open") {
		var told struct{ Number int }
		if err := json.Unmarshal(entry, &told); err != nil {
			t.Fatal(err)
		}
		entries[told.Number] = entry
	}
	entries[9] = json.RawMessage(strings.Replace(string(entries[8]), `"number":8,`, `"number":9,`, 1))
	return inPages(t, "/pulls", func() [][]json.RawMessage {
		var all [][]json.RawMessage
		for _, numbers := range pages() {
			page := []json.RawMessage{}
			for _, n := range numbers {
				page = append(page, entries[n])
			}
			all = append(all, page)
		}
		return all
	})
}

// TestListMoves: between the first page and the second, 3 is closed, and maybe
// 9 opened so that the count stays. 5 is on no page that was read.
func TestListMoves(t *testing.T) {
	before := [][]int{{1, 2, 3}, {5, 6, 7}, {8}}
	for name, after := range map[string][][]int{"another": {{1, 2, 5}, {6, 7, 8}, {9}}, "alone": {{1, 2, 5}, {6, 7, 8}}} {
		for _, known := range []bool{false, true} {
			s := giteatest.New(t)
			source := open(t, s)
			var asked atomic.Int64
			if known {
				list(t, source, pulls)
			}
			s.Fault(paged(t, s, func() [][]int {
				if asked.Add(1) == 1 {
					return before
				}
				return after
			}))
			got := map[int64]bool{}
			for _, c := range list(t, source, pulls).Changes {
				got[c.Number] = true
			}
			if !got[5] || got[3] || got[9] != (name == "another") {
				t.Errorf("%s, known %v: %v", name, known, got)
			}
		}
	}
}

// TestListNeverRests changes at each reading.
func TestListNeverRests(t *testing.T) {
	for _, known := range []bool{false, true} {
		s := giteatest.New(t)
		source := open(t, s)
		if known {
			list(t, source, pulls)
		}
		var asked atomic.Int64
		s.Fault(paged(t, s, func() [][]int {
			rounds := [][][]int{{{1, 2, 3}, {5, 6}}, {{1, 2, 5}, {6, 7}}, {{2, 5, 6}, {7, 8}}}
			return rounds[(asked.Add(1)-1)/2%3]
		}))
		if got, err := source.List(t.Context(), pulls); !errors.Is(err, generator.ErrIncomplete) || len(got.Changes) > 0 {
			t.Errorf("known %v: %d changes, %v", known, len(got.Changes), err)
		}
	}
}

// TestListGrows: one entry is on two pages, and later on one.
func TestListGrows(t *testing.T) {
	s := giteatest.New(t)
	var asked atomic.Int64
	s.Fault(paged(t, s, func() [][]int {
		if asked.Add(1) == 1 {
			return [][]int{{1, 2, 5}, {6, 7, 8}, {9}}
		}
		return [][]int{{1, 2, 3}, {5, 6, 7}, {8}}
	}))
	if got := list(t, open(t, s), pulls).Changes; len(got) != 7 {
		t.Errorf("%d changes", len(got))
	}
}

// TestListOfOnePage is of one moment, and so is read once.
func TestListOfOnePage(t *testing.T) {
	for name, test := range map[string]struct {
		page []int
		want int // requests after the repository's
		err  error
	}{
		"some":         {[]int{1, 2}, 1, nil},
		"none":         {[]int{}, 1, nil},
		"one is twice": {[]int{1, 1}, 3, generator.ErrIncomplete},
	} {
		s := giteatest.New(t)
		s.Fault(paged(t, s, func() [][]int { return [][]int{test.page} }))
		got, err := open(t, s).List(t.Context(), pulls)
		if !errors.Is(err, test.err) || err == nil && len(got.Changes) != len(test.page) {
			t.Errorf("%s: %d changes, %v; want %v", name, len(got.Changes), err, test.err)
		}
		if requests := s.Requests() - 1; requests != test.want {
			t.Errorf("%s: %d requests, want %d", name, requests, test.want)
		}
	}
}
