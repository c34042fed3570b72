package writer

import (
	"time"

	"github.com/previewset/previewset/internal/gitrepo"
	"github.com/previewset/previewset/test/bench/gitserver"
)

// What all commits say of themselves, so that sides that did the same work have
// made the same commit.
const (
	Message     = "shop: update 100, prune 300\n"
	AuthorName  = "previewset"
	AuthorEmail = "previewset@example.test"
)

// CommitTime is when all commits were made.
func CommitTime() time.Time { return time.Unix(1800000000, 0).UTC() }

// NewEdit removes the first entries, and changes those after them to a version
// that is in no history.
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
