package forge

import (
	"net/url"
	"strings"

	"github.com/previewset/previewset/generator"
)

// Pages is a Stanza whose server has web pages.
type Pages interface {
	// BranchPage returns the URL of the web page of a branch of a repository on the server,
	// to which the path of a file can be appended. r has the host, the organization and the
	// name of the repository.
	BranchPage(r generator.Repository, branch string) string
}

// EscapeBranch escapes the name of a branch for the path of a web page. It keeps slashes.
func EscapeBranch(name string) string {
	return strings.ReplaceAll(url.PathEscape(name), "%2F", "/")
}
