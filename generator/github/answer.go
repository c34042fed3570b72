package github

import (
	"context"
	"net/http"
	"strings"
	"sync"

	gogithub "github.com/google/go-github/v62/github"

	"github.com/previewset/previewset/generator/forge"
)

// answer is a cached answer for a path.
type answer struct {
	etag  string
	links links
	value any // decoded by conditionalGet
}

// size returns the approximate memory use of a in bytes.
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

// maxCacheBytes bounds the size of an answerCache in bytes. A page of 100 pull requests
// takes about 50 KiB.
const maxCacheBytes = 64 << 20

// answerCache caches the last answer for each path. When it is full, it drops all
// answers: the only cost is that the next reading of a list counts against the rate
// limit. The zero value is empty. It is safe for concurrent use.
type answerCache struct {
	mu     sync.Mutex
	byPath map[string]answer
	size   int
}

func (c *answerCache) get(path string) (answer, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	found, ok := c.byPath[path]
	return found, ok
}

// put replaces the cached answer for a path. An answer without an ETag is not cached, and
// only removes the previous answer.
func (c *answerCache) put(path string, latest answer) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if previous, ok := c.byPath[path]; ok {
		c.size -= previous.size()
		delete(c.byPath, path)
	}
	if latest.etag == "" {
		return
	}
	size := latest.size()
	if c.byPath == nil || c.size+size > maxCacheBytes {
		c.byPath, c.size = map[string]answer{}, 0
	}
	if size <= maxCacheBytes {
		c.byPath[path] = latest
		c.size += size
	}
}

// conditionalGet returns GitHub's answer for path, decoded. It always sends a request.
// If GitHub confirms the cached answer with a status 304, the request does not count
// against the rate limit, and the answer is neither sent nor decoded again.
// The value is shared and must not be modified.
// https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#use-conditional-requests-if-appropriate
func conditionalGet[V any](ctx context.Context, a *api, path string, decode func(body []byte) (V, error)) (V, links, error) {
	var zero V
	stored, known := a.cache.get(path)
	body, resp, err := a.send(ctx, path, stored.etag)
	if known && resp != nil && resp.StatusCode == http.StatusNotModified {
		return stored.value.(V), stored.links.updated(resp), nil
	}
	if err != nil {
		return zero, links{}, err
	}
	value, err := decode(body)
	if err != nil {
		return zero, links{}, err
	}
	pageLinks := linksOf(resp)
	a.cache.put(path, answer{etag: resp.Header.Get("ETag"), links: pageLinks, value: value})
	return value, pageLinks, nil
}

// links are the page numbers in the Link header of a page, 0 for none.
type links struct {
	next, last int
	// hasNext is true if there is a link to a next page, also in a format that go-github
	// does not support.
	hasNext bool
}

func linksOf(resp *gogithub.Response) links {
	return links{next: resp.NextPage, last: resp.LastPage, hasNext: hasNextLink(resp.Header)}
}

// updated returns the links of a response with status 304, or l if the response has no
// links.
func (l links) updated(resp *gogithub.Response) links {
	if len(resp.Header.Values("Link")) == 0 {
		return l
	}
	return linksOf(resp)
}

func hasNextLink(h http.Header) bool {
	for _, line := range h.Values("Link") {
		line = strings.ToLower(strings.ReplaceAll(line, " ", ""))
		if strings.Contains(line, `rel="next"`) || strings.Contains(line, `rel=next`) {
			return true
		}
	}
	return false
}
