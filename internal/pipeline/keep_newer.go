package pipeline

import (
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/gitops"
)

// prior holds the entries before the source was listed. Only unchanged ones may be
// deleted because of the list: an entry that another process has written since may
// be for a change that is newer than the list.
type prior struct {
	readAt  time.Time
	tip     string                        // of the branch
	entries map[string]gitops.Fingerprint // by id
}

func newPrior(s gitops.State, readAt time.Time) *prior {
	p := &prior{readAt: readAt, tip: s.Tip, entries: make(map[string]gitops.Fingerprint, len(s.Entries))}
	for id, entry := range s.Entries {
		p.entries[id] = entry.Fingerprint
	}
	for id, damaged := range s.Damaged {
		p.entries[id] = damaged.Fingerprint
	}
	return p
}

// keepNewer prevents the deletion of entries that may be newer than the list. If the
// list is older than prior, these are all entries. Otherwise they are all entries of
// each change that has an entry written after prior, because another process may
// still be writing the other variants. The next sync reads them and lists again.
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
	for id, damaged := range f.damaged {
		if f.prior.entries[id] != damaged.fingerprint && damaged.preview != nil {
			newer[damaged.preview.Key()] = true
		}
	}
	for _, c := range all {
		if c.status != gone {
			continue
		}
		entry, old := f.byID[c.ID], f.takenAt.Before(f.prior.readAt)
		if entry == nil {
			entry = f.damaged[c.ID].preview
		}
		if old || entry != nil && newer[entry.Key()] {
			c.status, c.deferred = drop, old && entry != nil
		}
	}
	return nil
}
