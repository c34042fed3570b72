package gitops

import (
	"crypto/sha256"
	"sync"
)

// memo remembers what each preview drafts to, so that a sync in which one of a
// thousand changed drafts one; and for one Apply what was rendered, so that a
// rejected push is soon tried again.
type memo struct {
	mu     sync.Mutex
	hashes map[string]memoized[string]
	files  map[string]memoized[map[string][]byte]
}

// memoized is what a fingerprint gave.
type memoized[T any] struct {
	key   [sha256.Size]byte
	value T
}

func (m *memo) get(id string, key [sha256.Size]byte) (hash string, ok bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	found, ok := m.hashes[id]
	return found.value, ok && found.key == key
}

func (m *memo) put(id string, key [sha256.Size]byte, hash string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.hashes == nil {
		m.hashes = map[string]memoized[string]{}
	}
	m.hashes[id] = memoized[string]{key, hash}
}

func (m *memo) rendered(id string, key [sha256.Size]byte) (files map[string][]byte, ok bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	found, ok := m.files[id]
	return found.value, ok && found.key == key
}

func (m *memo) render(id string, key [sha256.Size]byte, files map[string][]byte) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.files == nil {
		m.files = map[string]memoized[map[string][]byte]{}
	}
	m.files[id] = memoized[map[string][]byte]{key, files}
}

// forget drops what was rendered.
func (m *memo) forget() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.files = nil
}
