package pipeline

import (
	"slices"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/gitops"
)

// recognizeGitOps remembers the repository of found as the GitOps repository if its branch
// is at the commit that previews are written to. It recognizes repositories whose URLs do
// not show it, for example because they name one server by two hosts.
func (s *Set) recognizeGitOps(found generator.Listing, state gitops.State) {
	tips := []string{state.Tip}
	if s.memory.prior != nil {
		tips = append(tips, s.memory.prior.tip) // the list may be older than state
	}
	for _, c := range found.Changes {
		//promise:gitops-branches-are-recognized-by-their-tip
		if s.GitOps != nil && c.Branch == s.GitOps.Name && !c.Fork && slices.Contains(tips, c.HeadSHA) {
			s.memory.gitOps = found.Repository.Identity()
		}
	}
}

// gitOpsBranch returns the name of the branch that previews are written to if it is a
// branch of r, and "" otherwise.
func (s *Set) gitOpsBranch(r generator.Repository) string {
	if s.GitOps != nil && s.memory.gitOps == r.Identity() {
		return s.GitOps.Name
	}
	return s.GitOps.In(r)
}
