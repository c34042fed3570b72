package github

import (
	"context"
	"net/http"
	"strings"
	"sync"

	gogithub "github.com/google/go-github/v62/github"

	"github.com/previewset/previewset/generator/forge"
)

// answer is what GitHub answered for a path.
type answer struct {
	etag  string
	links links
	value any // as ask converted it
}

// size returns roughly how much memory a takes, in bytes.
func (a answer) size() int {
	const fixed = 400
	sum := fixed
	items, _ := a.value.([]forge.Item)
	for _, i := range items {
		sum += fixed + len(i.Title) + len(i.Author) + len(i.Branch) + len(i.TargetBranch) + len(i.URL)
		for _, label := range i.Labels {
			sum += 16 + len(label)
		}
	}
	return sum
}

// maxAnswerBytes bounds what answers remember, in bytes. A page of 100 pull requests
// takes about 50 KiB.
const maxAnswerBytes = 64 << 20

// answers remembers the last answer for each path. When it is full it forgets all
// of them at once: the next reading of a list costs quota, and nothing else. Its
// zero value is empty; it is safe for concurrent use.
type answers struct {
	mu     sync.Mutex
	byPath map[string]answer
	size   int
}

func (a *answers) get(path string) (answer, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	found, ok := a.byPath[path]
	return found, ok
}

// put remembers an answer. An answer without an ETag only removes the last one.
func (a *answers) put(path string, new answer) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if old, ok := a.byPath[path]; ok {
		a.size -= old.size()
		delete(a.byPath, path)
	}
	if new.etag == "" {
		return
	}
	size := new.size()
	if a.byPath == nil || a.size+size > maxAnswerBytes {
		a.byPath, a.size = map[string]answer{}, 0
	}
	if size <= maxAnswerBytes {
		a.byPath[path] = new
		a.size += size
	}
}

// ask returns GitHub's answer for path, converted. GitHub need only confirm what it
// answered before: a 304 does not count against the rate limit, and nothing has to be
// sent, read or converted again. ask never answers without a request. The value is
// shared and must not be changed.
// https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#use-conditional-requests-if-appropriate
func ask[T, V any](ctx context.Context, a *api, path string, convert func(T) V) (V, links, error) {
	var none V
	stored, known := a.answers.get(path)
	body, resp, err := a.send(ctx, path, stored.etag)
	if known && resp != nil && resp.StatusCode == http.StatusNotModified {
		return stored.value.(V), stored.links.renewed(resp), nil
	}
	if err != nil {
		return none, links{}, err
	}
	var got T
	if err := forge.Decode(body, &got); err != nil {
		return none, links{}, err
	}
	value, found := convert(got), linksOf(resp)
	a.answers.put(path, answer{etag: resp.Header.Get("ETag"), links: found, value: value})
	return value, found, nil
}

// links are the numbers of other pages that a page links to, 0 for none.
type links struct {
	next, last int
	// hasNext is true for a link to a next page in any form, including those that
	// go-github does not understand.
	hasNext bool
}

func linksOf(resp *gogithub.Response) links {
	return links{next: resp.NextPage, last: resp.LastPage, hasNext: linksNext(resp.Header)}
}

// renewed returns the links of the answer that confirmed an earlier one. They stay
// where that answer does not repeat them.
func (l links) renewed(resp *gogithub.Response) links {
	if len(resp.Header.Values("Link")) == 0 {
		return l
	}
	return linksOf(resp)
}

func linksNext(h http.Header) bool {
	for _, line := range h.Values("Link") {
		line = strings.ToLower(strings.ReplaceAll(line, " ", ""))
		if strings.Contains(line, `rel="next"`) || strings.Contains(line, `rel=next`) {
			return true
		}
	}
	return false
}
