package github

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
)

const (
	maxStoredAnswers = 512
	maxStoredBytes   = 64 << 20 // compressed; a page of 100 pull requests takes about 100 KiB
)

// conditional remembers answers and asks GitHub whether they are still true: a
// request that is answered with 304 does not count against the rate limit. It
// never answers without asking.
// https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#use-conditional-requests-if-appropriate
type conditional struct {
	next    http.RoundTripper
	answers *lru[request, answer]
}

// request is what makes two requests ask for the same representation.
type request struct {
	url, accept string
}

type answer struct {
	etag   string
	header http.Header
	packed []byte
}

func newConditional(next http.RoundTripper) *conditional {
	size := func(a answer) int { return len(a.packed) }
	return &conditional{next: next, answers: newLRU[request](maxStoredAnswers, maxStoredBytes, size)}
}

func (c *conditional) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method != http.MethodGet {
		return c.next.RoundTrip(r)
	}
	key := request{url: r.URL.String(), accept: r.Header.Get("Accept")}
	stored, known := c.answers.get(key)
	if known {
		r = r.Clone(r.Context())
		r.Header.Set("If-None-Match", stored.etag)
	}
	resp, err := c.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	switch {
	case known && resp.StatusCode == http.StatusNotModified:
		return stored.renewed(resp)
	case resp.StatusCode == http.StatusOK:
		return c.store(key, resp)
	}
	return resp, nil
}

func (c *conditional) store(key request, resp *http.Response) (*http.Response, error) {
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	etag := resp.Header.Get("ETag")
	if etag == "" {
		c.answers.remove(key)
		return resp, nil
	}
	packed, err := pack(body)
	if err != nil {
		return nil, err
	}
	c.answers.put(key, answer{etag: etag, header: resp.Header.Clone(), packed: packed})
	return resp, nil
}

// renewed returns the stored answer with the headers of the one that confirmed
// it. What a 304 does not repeat, as the Link header, stays.
func (a answer) renewed(confirmed *http.Response) (*http.Response, error) {
	body, err := unpack(a.packed)
	if err != nil {
		return nil, err
	}
	header := a.header.Clone()
	for name, values := range confirmed.Header {
		if name != "Content-Length" && name != "Content-Type" {
			header[name] = values
		}
	}
	resp := *confirmed
	resp.Status, resp.StatusCode = "200 OK", http.StatusOK
	resp.Header = header
	resp.Body = io.NopCloser(bytes.NewReader(body))
	resp.ContentLength = int64(len(body))
	return &resp, nil
}

func pack(body []byte) ([]byte, error) {
	var packed bytes.Buffer
	w, err := gzip.NewWriterLevel(&packed, gzip.BestSpeed)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(body); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return packed.Bytes(), nil
}

func unpack(packed []byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}
