package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/previewset/previewset/internal/database"
	"github.com/previewset/previewset/internal/gitops"
)

// gitEntries tells what became of a set's previews by the GitOps repository.
type gitEntries struct{ state gitops.State }

// Fate implements database.Entries. An entry of the same preview is its life,
// the pruner's commit its end; a directory that can't be read is neither.
func (e gitEntries) Status(ctx context.Context, m database.Mark) (database.EntryStatus, error) {
	if !isLabel(m.ID) {
		return database.EntryStatus{State: database.EntryUnknown, Detail: "its mark names no preview"}, nil
	}
	if entry, ok := e.state.Entries[m.ID]; ok {
		source := entry.Record.Preview().Repository.Source()
		if source == m.Source {
			return database.EntryStatus{State: database.EntryPresent, Detail: "it has an entry"}, nil
		}
		return database.EntryStatus{State: database.EntryMissing, Detail: "its entry is of " + source + " now"}, nil
	}
	if why, ok := e.state.Foreign[m.ID]; ok {
		return database.EntryStatus{State: database.EntryUnknown, Detail: "its directory is no entry: " + why}, nil
	}
	switch _, err := e.state.EntryFiles(ctx, m.ID); {
	case err == nil:
		return database.EntryStatus{State: database.EntryUnknown, Detail: "its entry is damaged"}, nil
	case !errors.Is(err, fs.ErrNotExist):
		return database.EntryStatus{}, fmt.Errorf("entry %s: %w", m.ID, err)
	}
	return e.endedStatus(ctx, m.ID)
}

// ended says how the entry id went, which is not there.
func (e gitEntries) endedStatus(ctx context.Context, id string) (database.EntryStatus, error) {
	reason, ok, err := e.state.Ended(ctx, id)
	if err != nil {
		return database.EntryStatus{}, fmt.Errorf("entry %s: %w", id, err)
	}
	if !ok {
		return database.EntryStatus{State: database.EntryMissing, Detail: "it has no entry, and no prune says why"}, nil
	}
	return database.EntryStatus{State: database.EntryPruned, Detail: fmt.Sprintf("its entry was pruned (%s)", reason)}, nil
}
