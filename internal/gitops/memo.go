package gitops

import "sync"

// memo caches a value for each preview. A value is valid while the fingerprint of the
// preview's record is the same. The zero value is empty. It is safe for concurrent
// use.
type memo[T any] struct {
	mu    sync.Mutex
	known map[string]memoized[T] // by id
}

type memoized[T any] struct {
	key   Fingerprint
	value T
}

func (m *memo[T]) get(id string, key Fingerprint) (value T, ok bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	found, ok := m.known[id]
	return found.value, ok && found.key == key
}

func (m *memo[T]) put(id string, key Fingerprint, value T) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.known == nil {
		m.known = map[string]memoized[T]{}
	}
	m.known[id] = memoized[T]{key, value}
}

func (m *memo[T]) forget() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.known = nil
}
