package gitea

import (
	"context"
	"errors"
	"maps"
	"sync"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/rest"
)

// maxReads is how often a list of several pages is read for a reading that
// agrees with one before.
const maxReads = 3

// settle reads until the pages can be believed: a list of one page is of one
// moment, but between two pages one entry can leave while another comes, so that
// the count stays and a third is on no page that was read. A reading that agrees
// with one before, of the last call even, has none that moved.
func (r reader) settle(ctx context.Context, kind generator.Kind, read func() (reading, error)) ([]generator.Change, error) {
	before := r.memory.recall(kind)
	var moved error
	for range maxReads {
		now, err := read()
		if errors.Is(err, errMoved) {
			r.log.DebugContext(ctx, "a list is read again", "repository", r.fullName(), "reason", err)
			moved = err
			continue
		}
		if err != nil {
			return nil, err
		}
		if now.pages == 1 || maps.Equal(before, now.keys) {
			r.memory.keep(kind, now.keys)
			return now.changes, nil
		}
		before = now.keys
	}
	if moved != nil {
		return nil, rest.Incomplete("read %d times: %v", maxReads, moved)
	}
	return nil, rest.Incomplete("no two of %d readings agree", maxReads)
}

// memory holds the keys of the last reading of each kind that was believed.
type memory struct {
	mu   sync.Mutex
	last map[generator.Kind]keys
}

func newMemory() *memory { return &memory{last: map[generator.Kind]keys{}} }

func (m *memory) recall(kind generator.Kind) keys {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.last[kind]
}

func (m *memory) keep(kind generator.Kind, last keys) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.last[kind] = last
}
