package writer_test

import (
	"time"

	"github.com/previewset/previewset/test/bench/gitserver"
)

// What all commits say of themselves.
const (
	message     = "shop: update 100, prune 300\n"
	authorName  = "previewset"
	authorEmail = "previewset@example.test"
)

var commitTime = time.Unix(1800000000, 0).UTC()

// work is one commit's.
type work struct {
	dirs   map[string]map[string][]byte
	remove []string
}

// newWork removes the first entries, and changes those after them to a version
// that is in no history.
func newWork(remove, change int) work {
	w := work{dirs: map[string]map[string][]byte{}}
	for i := range remove {
		w.remove = append(w.remove, gitserver.EntryDir(i))
	}
	for i := remove; i < remove+change; i++ {
		w.dirs[gitserver.EntryDir(i)] = gitserver.EntryFiles(i, 1<<30)
	}
	return w
}

// theWork is that of the goal.
func theWork() work { return newWork(300, 100) }

// rehearsal is what a warm side has done before.
func rehearsal(entries int) work {
	last := entries - 1
	return work{dirs: map[string]map[string][]byte{
		gitserver.EntryDir(last): gitserver.EntryFiles(last, 1<<30),
	}}
}
