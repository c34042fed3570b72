package serve_test

import (
	"net/http"
	"sync"
	"time"
)

// meter measures the total time in which at least one request was open at the servers
// that it wraps. The zero value is ready to use.
type meter struct {
	mu    sync.Mutex
	open  int
	since time.Time // start of the current period with open requests
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

// busy returns the measured time so far.
func (m *meter) busy() time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.open > 0 {
		return m.total + time.Since(m.since)
	}
	return m.total
}
