package gitops

import "sync"

// memo caches a value for each entry. A value is valid while its key is the same, such as
// the fingerprint of the record. The zero value is empty. It is safe for concurrent use.
type memo[K comparable, T any] struct {
	mu    sync.Mutex
	known map[string]memoized[K, T] // by id
}

type memoized[K comparable, T any] struct {
	key   K
	value T
}

func (m *memo[K, T]) get(id string, key K) (value T, ok bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	found, ok := m.known[id]
	return found.value, ok && found.key == key
}

func (m *memo[K, T]) put(id string, key K, value T) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.known == nil {
		m.known = map[string]memoized[K, T]{}
	}
	m.known[id] = memoized[K, T]{key, value}
}

func (m *memo[K, T]) forget() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.known = nil
}
