package gitops

import (
	"regexp"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/gitrepo"
)

// State is what a set has in the GitOps repository at one commit.
type State struct {
	Set string
	// Tip is the commit.
	Tip  string
	tree *gitrepo.Tree
	path string // of the set's directory
	// Entries by id: every directory that carries a valid record.
	Entries map[string]Entry
	// Foreign are the names in the set's directory that are not entries, with
	// the reason: previewset leaves them as they are.
	Foreign map[string]string
	// damaged are entries whose record can no longer be read. They are written
	// again where their preview is wanted, and never deleted.
	damaged map[string]bool
}

// Entry is a preview's directory.
type Entry struct {
	// Tree is the directory's Git hash.
	Tree   string
	Record Record
	// Fingerprint is the record's.
	Fingerprint Fingerprint
	blob        string // the record's Git hash
	// Revision is the newest commit that changed the directory.
	Revision string
	// Restored is true where that commit, or the record, says that a prune was
	// reverted.
	Restored bool
}

// Known returns the previews as their entries remember them.
func (s State) Known() []generator.Preview {
	known := make([]generator.Preview, 0, len(s.Entries))
	for _, e := range s.Entries {
		known = append(known, e.Record.Preview())
	}
	generator.SortPreviews(known)
	return known
}

// revertMessage is what git revert writes of a commit that pruned.
var revertMessage = regexp.MustCompile(`(?s)\ARevert "[a-z0-9-]+: [^\n]*\bprune\b.*\bThis reverts commit [0-9a-f]{40}`)

func isRevertOfPrune(message string) bool { return revertMessage.MatchString(message) }
