package pipeline

import (
	"errors"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/gitops"
	"github.com/previewset/previewset/internal/gitrepo"
)

// errList means that the source could not be read, and not the GitOps
// repository.
var errList = errors.New("list")

// Cause returns a short text that says why Sync failed. It has nothing in it that a
// server sent, and stays the same for as long as the fault lasts.
func Cause(err error) string {
	who := "the GitOps repository"
	if errors.Is(err, errList) {
		who = "the source"
	}
	for _, known := range []struct {
		kind error
		does string
	}{
		{generator.ErrUnauthorized, "refuses the credentials"},
		{generator.ErrNotFound, "is not found"},
		{generator.ErrRateLimited, "limits the rate"},
		{generator.ErrIncomplete, "does not give the complete list"},
		{gitrepo.ErrAuth, "refuses the credentials"},
		{gitrepo.ErrNotFound, "is not found"},
		{gitrepo.ErrNoBranch, "lacks the branch"},
		{gitrepo.ErrEmpty, "is empty"},
		{gitrepo.ErrRejected, "rejects pushes"},
		{gitops.ErrBusy, "is pushed to all the time"},
	} {
		if errors.Is(err, known.kind) {
			return who + " " + known.does
		}
	}
	return who + " can't be used"
}
