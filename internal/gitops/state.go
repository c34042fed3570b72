package gitops

import (
	"maps"
	"regexp"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/gitrepo"
)

// State is the state of a set in the GitOps repository at one commit.
type State struct {
	Set string
	// Tip is the hash of the commit.
	Tip  string
	tree *gitrepo.Tree
	path string // of the set's directory
	// Entries are the directories with a valid record, by id.
	Entries map[string]Entry
	// Foreign holds, by name, the reasons why other files and directories in the
	// set's directory are not entries. previewset does not change them.
	Foreign map[string]string
	// Damaged are entries whose record can't be read, by id. They are written again if
	// their preview is wanted, and deleted if their change has ended.
	Damaged map[string]Damaged

	children []gitrepo.TreeEntry // of the set's directory
	former   *memo[gitrepo.TreeEntry, former]
}

// Entry is the directory of a preview.
type Entry struct {
	// Tree is the directory's Git hash.
	Tree   string
	Record Record
	// Fingerprint is the fingerprint of the record.
	Fingerprint Fingerprint
	blob        string // the record's Git hash
	// Revision is the newest commit that changed the directory.
	Revision string
	// CommittedAt is the time of that commit.
	CommittedAt time.Time
	// Restored is true if that commit reverts a prune, or the record is restored.
	Restored bool
}

// Known returns the previews as their entries record them.
func (s State) Known() []generator.Preview {
	known := make([]generator.Preview, 0, len(s.Entries))
	for _, e := range s.Entries {
		known = append(known, e.Record.Preview())
	}
	generator.SortPreviews(known)
	return known
}

// Unrecorded returns the part of Foreign whose names are ids: a record may be missing, or
// damaged so much that nothing shows who wrote it.
func (s State) Unrecorded() map[string]string {
	unrecorded := maps.Clone(s.Foreign)
	maps.DeleteFunc(unrecorded, func(name, _ string) bool { return !entryID.MatchString(name) })
	return unrecorded
}

// revertMessage matches the message of git revert for a prune commit.
var revertMessage = regexp.MustCompile(`(?s)\ARevert "[a-z0-9-]+: [^\n]*\bprune\b.*\bThis reverts commit [0-9a-f]{40}`)

func isRevertOfPrune(message string) bool { return revertMessage.MatchString(message) }
