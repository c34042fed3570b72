package github

import (
	"container/list"
	"sync"
)

// lru keeps what was used last, within a number of entries and a sum of sizes.
type lru[K comparable, V any] struct {
	maxEntries, maxSize int
	size                func(V) int

	mu      sync.Mutex
	order   *list.List // of entry[K, V], most recently used first
	byKey   map[K]*list.Element
	current int
}

type entry[K comparable, V any] struct {
	key   K
	value V
}

func newLRU[K comparable, V any](maxEntries, maxSize int, size func(V) int) *lru[K, V] {
	return &lru[K, V]{
		maxEntries: maxEntries, maxSize: maxSize, size: size,
		order: list.New(), byKey: map[K]*list.Element{},
	}
}

func (c *lru[K, V]) get(key K) (V, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	element, ok := c.byKey[key]
	if !ok {
		var none V
		return none, false
	}
	c.order.MoveToFront(element)
	return element.Value.(entry[K, V]).value, true
}

func (c *lru[K, V]) put(key K, value V) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.drop(key)
	c.byKey[key] = c.order.PushFront(entry[K, V]{key, value})
	c.current += c.size(value)
	for c.order.Len() > c.maxEntries || c.current > c.maxSize {
		c.drop(c.order.Back().Value.(entry[K, V]).key)
	}
}

func (c *lru[K, V]) remove(key K) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.drop(key)
}

func (c *lru[K, V]) drop(key K) {
	element, ok := c.byKey[key]
	if !ok {
		return
	}
	delete(c.byKey, key)
	c.current -= c.size(c.order.Remove(element).(entry[K, V]).value)
}
