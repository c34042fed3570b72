package writer

import (
	"time"

	"github.com/previewset/previewset/internal/gitrepo"
	"github.com/previewset/previewset/test/bench/gitserver"
)

// The message and the author of all commits. They are fixed, so that sides that do the
// same work make commits with the same hash.
const (
	Message     = "shop: update 100, prune 300\n"
	AuthorName  = "previewset"
	AuthorEmail = "previewset@example.test"
)

// CommitTime returns the date of all commits.
func CommitTime() time.Time { return time.Unix(1800000000, 0).UTC() }

// NewEdit returns an edit that removes the first entries, and changes the entries after
// them to a version that is not in the history.
func NewEdit(remove, change int) gitrepo.Edit {
	e := gitrepo.Edit{Dirs: map[string]map[string][]byte{}}
	for i := range remove {
		e.Remove = append(e.Remove, gitserver.EntryDir(i))
	}
	for i := remove; i < remove+change; i++ {
		e.Dirs[gitserver.EntryDir(i)] = gitserver.EntryFiles(i, 1<<30)
	}
	return e
}
