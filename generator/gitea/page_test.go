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

// recorded returns the recorded entries of a list. query has a %d for the page number.
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

// answerPages answers requests for a list with these pages.
func answerPages(t *testing.T, suffix string, pages func() [][]json.RawMessage) func(http.ResponseWriter, *http.Request) bool {
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

// pullPages answers lists of pull requests with pages of recorded pull requests. Pull
// request 9 was not recorded. It is an edited copy of 8.
func pullPages(t *testing.T, s *giteatest.Server, pages func() [][]int) func(http.ResponseWriter, *http.Request) bool {
	t.Helper()
	entries := map[int]json.RawMessage{}
	for _, entry := range recorded(t, s, "pulls?limit=50&page=%d&sort=oldest&state=open") {
		var pull struct{ Number int }
		if err := json.Unmarshal(entry, &pull); err != nil {
			t.Fatal(err)
		}
		entries[pull.Number] = entry
	}
	entries[9] = json.RawMessage(strings.Replace(string(entries[8]), `"number":8,`, `"number":9,`, 1))
	return answerPages(t, "/pulls", func() [][]json.RawMessage {
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

// Between the first page and the second page, 3 is closed, so that 5 is on neither of the
// pages that are read. In one case, 9 is opened, so that the number of entries is the same.
func TestChangingListIsReadAgain(t *testing.T) {
	before := [][]int{{1, 2, 3}, {5, 6, 7}, {8}}
	for name, after := range map[string][][]int{"opened and closed": {{1, 2, 5}, {6, 7, 8}, {9}}, "closed": {{1, 2, 5}, {6, 7, 8}}} {
		for _, listBefore := range []bool{false, true} {
			s := giteatest.New(t)
			source := open(t, s)
			var requests atomic.Int64
			if listBefore {
				list(t, source, pulls)
			}
			s.Fault(pullPages(t, s, func() [][]int {
				if requests.Add(1) == 1 {
					return before
				}
				return after
			}))
			got := map[int64]bool{}
			for _, c := range list(t, source, pulls).Changes {
				got[c.Number] = true
			}
			if !got[5] || got[3] || got[9] != (name == "opened and closed") {
				t.Errorf("%s, list before %v: got %v, want the list after the change", name, listBefore, got)
			}
		}
	}
}

func TestListThatAlwaysChangesIsIncomplete(t *testing.T) {
	for _, listBefore := range []bool{false, true} {
		s := giteatest.New(t)
		source := open(t, s)
		if listBefore {
			list(t, source, pulls)
		}
		var requests atomic.Int64
		s.Fault(pullPages(t, s, func() [][]int {
			rounds := [][][]int{{{1, 2, 3}, {5, 6}}, {{1, 2, 5}, {6, 7}}, {{2, 5, 6}, {7, 8}}}
			return rounds[(requests.Add(1)-1)/2%3]
		}))
		if got, err := source.List(t.Context(), pulls); !errors.Is(err, generator.ErrIncomplete) || len(got.Changes) > 0 {
			t.Errorf("list before %v: got %d changes, %v, want %v", listBefore, len(got.Changes), err, generator.ErrIncomplete)
		}
	}
}

// In the first reading, one entry is on two pages.
func TestListWithDuplicateEntryIsReadAgain(t *testing.T) {
	s := giteatest.New(t)
	var requests atomic.Int64
	s.Fault(pullPages(t, s, func() [][]int {
		if requests.Add(1) == 1 {
			return [][]int{{1, 2, 5}, {6, 7, 8}, {9}}
		}
		return [][]int{{1, 2, 3}, {5, 6, 7}, {8}}
	}))
	if got := list(t, open(t, s), pulls).Changes; len(got) != 7 {
		t.Errorf("got %d changes, want 7", len(got))
	}
}

// One page shows the list at one point in time, so it is read once.
func TestListOfOnePageIsReadOnce(t *testing.T) {
	for name, test := range map[string]struct {
		page []int
		want int // requests for the list
		err  error
	}{
		"two entries":     {[]int{1, 2}, 1, nil},
		"no entries":      {[]int{}, 1, nil},
		"duplicate entry": {[]int{1, 1}, 3, generator.ErrIncomplete},
	} {
		s := giteatest.New(t)
		s.Fault(pullPages(t, s, func() [][]int { return [][]int{test.page} }))
		got, err := open(t, s).List(t.Context(), pulls)
		if !errors.Is(err, test.err) || err == nil && len(got.Changes) != len(test.page) {
			t.Errorf("%s: got %d changes, %v; want %v", name, len(got.Changes), err, test.err)
		}
		if requests := s.Requests() - 1; requests != test.want {
			t.Errorf("%s: got %d requests, want %d", name, requests, test.want)
		}
	}
}
