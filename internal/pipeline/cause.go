package pipeline

import (
	"errors"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/gitops"
	"github.com/previewset/previewset/internal/gitrepo"
	"github.com/previewset/previewset/internal/network"
	"github.com/previewset/previewset/internal/secret"
)

// errList marks errors of the source. Other errors are of the GitOps repository.
var errList = errors.New("list")

// Cause returns a short text with the cause of an error of Sync. It contains no text
// of a server, and does not change while the fault lasts.
func Cause(err error) string {
	if errors.Is(err, errList) {
		return sourceCause(err)
	}
	return causeOf("the GitOps repository", err)
}

// sourceCause is Cause for an error of the source.
func sourceCause(err error) string { return causeOf("the source", err) }

func causeOf(subject string, err error) string {
	for _, known := range []struct {
		kind error
		text string
	}{
		{secret.ErrUnusable, "has credentials that can't be read"},
		{generator.ErrUnauthorized, "refuses the credentials"},
		{generator.ErrNotFound, "is not found"},
		{generator.ErrRateLimited, "limits the rate"},
		{generator.ErrOtherRepository, "is another repository than before, or does not have the configured id"},
		{generator.ErrIncomplete, "does not return the complete list"},
		{gitrepo.ErrAuth, "refuses the credentials"},
		{gitrepo.ErrNotFound, "is not found"},
		{gitrepo.ErrNoBranch, "lacks the branch"},
		{gitrepo.ErrEmpty, "is empty"},
		{gitrepo.ErrStorage, "can't store commits"},
		{gitrepo.ErrRejected, "rejects pushes"},
		{gitrepo.ErrLocked, "has a locked branch"},
		{gitops.ErrBusy, "keeps changing while previewset pushes"},
		{gitrepo.ErrNotGit, "does not answer as a Git server"},
		{gitrepo.ErrHostKey, "has an unknown host key"},
		{gitrepo.ErrRedirect, "redirects to another server"},
		{network.ErrStatus, "answers with an error"},
		{errLost, "has an entry without a valid record"},
	} {
		if errors.Is(err, known.kind) {
			return subject + " " + known.text
		}
	}
	return subject + " can't be used"
}
