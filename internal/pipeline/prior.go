package pipeline

import (
	"reflect"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/gitops"
)

// prior are the entries as they were before the source was listed. Only those
// may be deleted for what the list says: one that another process has written
// since was written for a change of which the list can't know.
type prior struct {
	at      time.Time
	records map[string]gitops.Record // by id
}

func newPrior(s gitops.State, at time.Time) *prior {
	p := &prior{at: at, records: make(map[string]gitops.Record, len(s.Entries))}
	for id, entry := range s.Entries {
		p.records[id] = entry.Record
	}
	return p
}

// keepNewer takes entries out of what is gone that are younger than the list.
// The next sync sees them, and lists anew. A nil prior is of a process that
// deletes nothing.
func (p *prior) keepNewer(d *decision, found generator.Listing, state gitops.State) {
	if p == nil {
		return
	}
	for id := range d.gone {
		if found.TakenAt.Before(p.at) || !reflect.DeepEqual(p.records[id], state.Entries[id].Record) {
			delete(d.gone, id)
		}
	}
}
