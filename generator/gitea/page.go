package gitea

import (
	"strings"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/forge"
)

var _ forge.Pages = (*Stanza)(nil)

// BranchPage implements forge.Pages. The organization can begin with the path of the server,
// as in a clone URL.
func (s *Stanza) BranchPage(r generator.Repository, branch string) string {
	root, err := rootURL(s.URL)
	if err != nil {
		return ""
	}
	prefix := strings.Trim(root.Path, "/") + "/"
	name := strings.TrimPrefix(r.Organization+"/"+r.Name, strings.TrimPrefix(prefix, "/"))
	return root.JoinPath(name, "src", "branch").String() + "/" + forge.EscapeBranch(branch)
}
