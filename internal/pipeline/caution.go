package pipeline

import (
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/gitops"
)

// prior are the entries as they were before the source was listed. Only these may
// be deleted because of the list: an entry that another process has written since
// may be for a change that the list does not know yet.
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

// keepNewer keeps entries that may be newer than the list from being deleted: all
// entries, where the list is older than prior, and those of a change that has an
// entry written after prior, since another process may still be writing its other
// variants. The next sync reads them and lists again.
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
