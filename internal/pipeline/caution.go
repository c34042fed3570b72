package pipeline

import (
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/gitops"
)

// prior are the entries as they were before the source was listed. Only those
// may be deleted for what the list says: one that another process has written
// since was written for a change of which the list can't know.
type prior struct {
	at      time.Time
	entries map[string]gitops.Fingerprint // by id
}

func newPrior(s gitops.State, at time.Time) *prior {
	p := &prior{at: at, entries: make(map[string]gitops.Fingerprint, len(s.Entries))}
	for id, entry := range s.Entries {
		p.entries[id] = entry.Fingerprint
	}
	return p
}

// keepNewer is the caution of the pruner. It may take back that an entry may be
// deleted: all entries, where the list is older than what is known of them, and
// those of a change that has an entry younger than the list, since not every
// variant of it may have been written yet. The next sync sees them, and lists
// again.
func (s *Set) keepNewer(f *facts, all []*candidate) error {
	if f.prior == nil {
		return nil
	}
	newer := map[generator.Key]bool{}
	for id, entry := range f.entries {
		if f.prior.entries[id] != entry.Fingerprint {
			newer[f.byID[id].Key()] = true
		}
	}
	for _, c := range all {
		if c.status != gone {
			continue
		}
		entry := f.byID[c.ID]
		if f.takenAt.Before(f.prior.at) || entry != nil && newer[entry.Key()] {
			c.status = drop
		}
	}
	return nil
}
