package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/database"
	"github.com/previewset/previewset/internal/gitops"
)

// gitEntries looks up the previews of a set in the GitOps repository.
type gitEntries struct{ state gitops.State }

// Status implements database.Entries. A preview is present if it has an entry of the
// same repository, and pruned if a commit of the pruner deleted its entry. If its
// directory is not a readable entry, the status is unknown.
func (e gitEntries) Status(ctx context.Context, m database.Mark) (database.EntryStatus, error) {
	if !isLabel(m.ID) {
		return database.EntryStatus{State: database.EntryUnknown, Detail: "its mark does not name a preview"}, nil
	}
	if entry, ok := e.state.Entries[m.ID]; ok {
		owner := markOf(entry.Record.Preview())
		if owner.SameOwner(m) {
			return database.EntryStatus{State: database.EntryPresent, Detail: "it has an entry"}, nil
		}
		return database.EntryStatus{State: database.EntryMissing, Detail: "its entry now belongs to " + owner.Repository()}, nil
	}
	if why, ok := e.state.Foreign[m.ID]; ok {
		return database.EntryStatus{State: database.EntryUnknown, Detail: "its directory is not an entry: " + why}, nil
	}
	switch _, err := e.state.EntryFiles(ctx, m.ID); {
	case err == nil:
		return database.EntryStatus{State: database.EntryUnknown, Detail: "its entry is damaged"}, nil
	case !errors.Is(err, fs.ErrNotExist):
		return database.EntryStatus{}, fmt.Errorf("entry %s: %w", m.ID, err)
	}
	return e.endedStatus(ctx, m)
}

// markOf returns the mark on the database of p.
func markOf(p generator.Preview) database.Mark {
	return database.Mark{Set: p.Set, ID: p.ID, Source: p.Source(), RepositoryID: p.Repository.ID}
}

// endedStatus returns the status of a preview whose entry does not exist.
func (e gitEntries) endedStatus(ctx context.Context, m database.Mark) (database.EntryStatus, error) {
	reason, ok, err := e.state.Ended(ctx, m.RepositoryID, m.ID)
	if err != nil {
		return database.EntryStatus{}, fmt.Errorf("entry %s: %w", m.ID, err)
	}
	if !ok {
		return database.EntryStatus{State: database.EntryMissing, Detail: "it has no entry, and no commit of the pruner deleted one"}, nil
	}
	return database.EntryStatus{State: database.EntryPruned, Detail: fmt.Sprintf("its entry was pruned (%s)", reason)}, nil
}
