package main

import (
	"io"
	"net"
	"net/http"
	"sort"
	"strings"
	"sync"
	"time"
)

// delivery is a request of a webhook.
type delivery struct {
	Header map[string]string `json:"header"`
	Body   string            `json:"body"`
}

// hooks receives deliveries.
type hooks struct {
	url string

	mu   sync.Mutex
	seen map[string]delivery // by content type, event type and action
	last time.Time
}

func newHooks() *hooks {
	h := &hooks{seen: map[string]delivery{}, last: time.Now()}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	h.url = "http://" + listener.Addr().String()
	go func() { _ = http.Serve(listener, h) }()
	return h
}

func (h *hooks) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	check(err)
	d := delivery{Header: map[string]string{}, Body: string(body)}
	for name := range r.Header {
		if strings.HasPrefix(name, "X-") || name == "Content-Type" {
			d.Header[name] = r.Header.Get(name)
		}
	}
	action := ""
	if _, rest, ok := strings.Cut(d.Body, `"action": "`); ok {
		action, _, _ = strings.Cut(rest, `"`)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.last = time.Now()
	// Keep only the first delivery of each kind.
	key := strings.Join([]string{d.Header["Content-Type"], d.Header["X-Gitea-Event-Type"], action}, " ")
	if _, known := h.seen[key]; !known {
		h.seen[key] = d
	}
}

// settle waits until no delivery has arrived for two seconds.
func (h *hooks) settle() {
	start := time.Now()
	for {
		h.mu.Lock()
		quiet := min(time.Since(h.last), time.Since(start))
		h.mu.Unlock()
		if quiet > 2*time.Second {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
}

func (h *hooks) all() (list []delivery) {
	h.settle()
	h.mu.Lock()
	defer h.mu.Unlock()
	names := make([]string, 0, len(h.seen))
	for name := range h.seen {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		list = append(list, h.seen[name])
	}
	return list
}
