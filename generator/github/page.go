package github

import (
	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/forge"
)

var _ forge.Pages = (*Stanza)(nil)

// BranchPage implements forge.Pages.
func (s *Stanza) BranchPage(r generator.Repository, branch string) string {
	scheme := "https"
	if !s.TLS() {
		scheme = "http"
	}
	return scheme + "://" + r.ForgeHost + "/" + r.FullName() + "/tree/" + forge.EscapeBranch(branch)
}
