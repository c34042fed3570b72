package kustomize

import (
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"sync"
)

// maxChecked bounds how many overlays are remembered, of 32 bytes each.
const maxChecked = 10_000

// checked remembers which overlays were built and found good, so that a sync
// that changes nothing builds nothing. It is safe for concurrent use.
type checked struct {
	mu   sync.Mutex
	good map[[sha256.Size]byte]struct{}
}

func (c *checked) has(sum [sha256.Size]byte) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, ok := c.good[sum]
	return ok
}

func (c *checked) add(sum [sha256.Size]byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.good == nil || len(c.good) >= maxChecked {
		c.good = map[[sha256.Size]byte]struct{}{}
	}
	c.good[sum] = struct{}{}
}

// sumOf returns what identifies an overlay.
func sumOf(o Overlay) (sum [sha256.Size]byte) {
	h := sha256.New()
	writeSized(h, []byte(o.Dir))
	for _, name := range sortedKeys(o.Files) {
		writeSized(h, []byte(name))
		writeSized(h, o.Files[name])
	}
	h.Sum(sum[:0])
	return sum
}

func writeSized(h hash.Hash, b []byte) {
	h.Write(binary.AppendUvarint(nil, uint64(len(b))))
	h.Write(b)
}
