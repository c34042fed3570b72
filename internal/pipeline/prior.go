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

// keepNewer takes entries out of what is gone where one of their change is younger
// than the list: not every variant of it may have been written since. The next
// sync sees them, and lists anew. A nil prior is of a process that deletes
// nothing.
func (p *prior) keepNewer(d *decision, found generator.Listing, state gitops.State) {
	if p == nil {
		return
	}
	going := map[generator.Key]bool{}
	for id := range d.gone {
		going[keyOf(state.Entries[id])] = true
	}
	newer := map[generator.Key]bool{}
	for id, entry := range state.Entries {
		if k := keyOf(entry); going[k] && !reflect.DeepEqual(p.records[id], entry.Record) {
			newer[k] = true
		}
	}
	for id := range d.gone {
		if found.TakenAt.Before(p.at) || newer[keyOf(state.Entries[id])] {
			delete(d.gone, id)
		}
	}
}

func keyOf(e gitops.Entry) generator.Key { return e.Record.Preview().Key() }
