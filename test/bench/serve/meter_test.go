package serve_test

import (
	"net/http"
	"sync"
	"time"
)

// meter adds up how long at least one request was open at the servers that it
// stands before. Its zero value is ready.
type meter struct {
	mu    sync.Mutex
	open  int
	since time.Time // when the first of those that are open came
	total time.Duration
}

func (m *meter) watch(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		m.enter()
		defer m.leave()
		next.ServeHTTP(w, r)
	})
}

func (m *meter) enter() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.open++; m.open == 1 {
		m.since = time.Now()
	}
}

func (m *meter) leave() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.open--; m.open == 0 {
		m.total += time.Since(m.since)
	}
}

// busy returns how long it was so far.
func (m *meter) busy() time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.open > 0 {
		return m.total + time.Since(m.since)
	}
	return m.total
}
